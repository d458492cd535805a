import { cancelOrder } from '@/api/order'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useConfirm } from '@/composables/base/useConfirm'
import { useNotice } from '@/composables/base/useNotice'
import type { Order } from '@/types'

import { usePayAgain } from './usePayAgain'

/** Paying or cancelling an unpaid order. `changed` is called when its state may have changed, also after a refusal. */
export function useOrderActions(order: () => Order, changed: () => void): {
  paying: ReturnType<typeof usePayAgain>
  cancelling: Action
} {
  const { confirm } = useConfirm()
  const { tell, refuse } = useNotice()

  const cancelling = useAction(
    async () => {
      const sure = await confirm('取消后需要重新下单。确定取消这个订单吗？', '取消订单', '取消订单')
      if (!sure) return
      const cancelled = await withLogin(async () => {
        await cancelOrder(order().out_trade_no)
        return true
      })
      if (cancelled) tell('订单已取消。')
      changed()
    },
    (error) => {
      refuse(error)
      changed()
    },
  )

  return { paying: usePayAgain(() => order().out_trade_no, changed), cancelling }
}
