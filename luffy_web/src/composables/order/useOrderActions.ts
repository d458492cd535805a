import { cancelOrder } from '@/api/order'
import type { Action } from '@/composables/base/useAction'
import { useConfirmedAction } from '@/composables/base/useConfirmedAction'
import type { Order } from '@/types'

import { usePayAgain } from './usePayAgain'

/** Paying or cancelling an unpaid order. `changed` is called when its state may have changed, also after a refusal. */
export function useOrderActions(order: () => Order, changed: () => void): {
  paying: ReturnType<typeof usePayAgain>
  cancelling: Action
} {
  const cancelling = useConfirmedAction(
    { title: '取消订单', question: '取消后需要重新下单。确定取消这个订单吗？', yes: '取消订单' },
    () => cancelOrder(order().out_trade_no),
    '订单已取消。',
    changed,
  )

  return { paying: usePayAgain(() => order().out_trade_no, changed), cancelling }
}
