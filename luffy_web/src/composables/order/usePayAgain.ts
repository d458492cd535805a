import { ErrorCode, type ApiError } from '@/api/errors'
import { fetchOrder, payOrderAgain } from '@/api/order'
import { device } from '@/composables/base/device'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useConfirm } from '@/composables/base/useConfirm'
import { useNotice } from '@/composables/base/useNotice'
import type { PayType } from '@/types'

import { useCashier } from './useCashier'
import { useReorder } from './useReorder'

/**
 * Opens the cashier for an unpaid order. It may turn out to be closed, for example because the payment
 * provider has closed its trade: the visitor is then offered a new order. `changed` is called when the
 * visitor is back from the cashier's dialog, and after a refusal.
 */
export function usePayAgain(outTradeNo: () => string, changed: () => void): Action<[method?: PayType]> {
  const { open } = useCashier()
  const { confirm } = useConfirm()
  const { refuse } = useNotice()
  const reordering = useReorder()

  async function refused(error: ApiError) {
    const isLate = error.code === ErrorCode.OrderClosed
    const order = isLate ? await fetchOrder(outTradeNo()).catch(() => null) : null
    changed()
    if (!order?.can_reorder) return refuse(error)
    const again = await confirm('这笔订单已经关闭，没有产生扣款。要重新下单吗？', '订单已关闭', '重新下单')
    if (again) await reordering.run(order)
  }

  return useAction(
    async (method) => {
      const payment = await withLogin(() => payOrderAgain(outTradeNo(), { pay_type: method, device: device() }))
      if (payment && (await open(payment))) changed()
    },
    (error) => void refused(error),
  )
}
