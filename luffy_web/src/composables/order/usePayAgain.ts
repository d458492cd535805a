import { ErrorCode, type ApiError } from '@/api/errors'
import { fetchOrder, payOrderAgain } from '@/api/order'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useConfirm } from '@/composables/base/useConfirm'
import { useLeave } from '@/composables/base/useLeave'
import { useNotice } from '@/composables/base/useNotice'
import { isClosed } from '@/types'

import { useReorder } from './useReorder'

/**
 * Opens the cashier for an unpaid order. It may turn out to be closed, for example because the payment
 * provider has closed its trade: the visitor is then offered a new order. `changed` is called after a refusal.
 */
export function usePayAgain(outTradeNo: () => string, changed: () => void): Action {
  const { leaveFor } = useLeave()
  const { confirm } = useConfirm()
  const { refuse } = useNotice()
  const reordering = useReorder()

  async function refused(error: ApiError) {
    const isLate = error.code === ErrorCode.OrderClosed
    const order = isLate ? await fetchOrder(outTradeNo()).catch(() => null) : null
    changed()
    if (!order || !isClosed(order)) return refuse(error)
    const again = await confirm('这笔订单已经关闭，没有产生扣款。要重新下单吗？', '订单已关闭', '重新下单')
    if (again) await reordering.run(order)
  }

  return useAction(
    async () => {
      const payment = await withLogin(() => payOrderAgain(outTradeNo()))
      if (payment) leaveFor(payment.pay_url)
    },
    (error) => void refused(error),
  )
}
