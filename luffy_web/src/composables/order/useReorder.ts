import { ApiError } from '@/api/errors'
import type { Payment } from '@/api/order'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useConfirm } from '@/composables/base/useConfirm'
import { useLeave } from '@/composables/base/useLeave'
import { yuan } from '@/format/money'
import type { Order } from '@/types'

import { usePlaceOrder } from './usePlaceOrder'

/** Orders the courses of a closed order again and opens the cashier; asks first when the price has changed. */
export function useReorder(): Action<[order: Order]> {
  const { leaveFor } = useLeave()
  const { confirm } = useConfirm()
  const place = usePlaceOrder()

  async function placeAt(total_amount: string, order: Order): Promise<Payment | undefined> {
    const courses = order.courses.map(({ id }) => id)
    try {
      return await withLogin(() => place({ subject: order.subject, total_amount, courses }))
    } catch (error) {
      const now = error instanceof ApiError ? error.about('total_amount') : undefined
      if (now === undefined || now === total_amount) throw error
      const sure = await confirm(`价格有变化，现价 ${yuan(now)}。按现价下单吗？`, '重新下单', '按现价下单')
      return sure ? placeAt(now, order) : undefined
    }
  }

  return useAction(async (order) => {
    const payment = await placeAt(order.total_amount, order)
    if (payment) leaveFor(payment.pay_url)
  })
}
