import { cancelOrder, payOrderAgain } from '@/api/order'
import type { Order } from '@/types'

import { useAction, withLogin } from './useAction'
import { useConfirm } from './useConfirm'
import { useLeave } from './useLeave'
import { useNotice } from './useNotice'

/** What the owner of an unpaid order can do with it. Whatever comes of it, the list is read again. */
export function useOrderActions(order: () => Order, changed: () => void) {
  const { leaveFor } = useLeave()
  const { confirm } = useConfirm()
  const { tell, refuse } = useNotice()

  const paying = useAction(
    async () => {
      const payment = await withLogin(() => payOrderAgain(order().out_trade_no))
      if (payment) leaveFor(payment.pay_url)
    },
    (fault) => {
      refuse(fault)
      changed()
    },
  )

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
    (fault) => {
      refuse(fault)
      changed()
    },
  )

  return { paying, cancelling }
}
