import { ApiError } from '@/api/errors'
import { device } from '@/composables/base/device'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useConfirm } from '@/composables/base/useConfirm'
import { yuan } from '@/format/money'
import { PayType, type Order, type Payment } from '@/types'

import { useCashier } from './useCashier'
import { usePlaceOrder } from './usePlaceOrder'

/** Orders the courses or the membership of a closed order again and opens the cashier; asks first when the price has changed. */
export function useReorder(): Action<[order: Order]> {
  const { open } = useCashier()
  const { confirm } = useConfirm()
  const place = usePlaceOrder()

  async function placeAt(total_amount: string, order: Order, known = true): Promise<Payment | undefined> {
    const pay_type = order.pay_type === PayType.WeChat ? PayType.WeChat : PayType.Alipay
    const courses = order.courses.map(({ id }) => id)
    const study_months = order.courses.map((course) => course.study_months)
    const pack = order.courses[0]?.package
    const membership = order.membership?.id
    try {
      return await withLogin(() =>
        place({
          ...{ subject: order.subject, total_amount, pay_type, device: device() },
          ...(membership ? { membership } : { courses, ...(known && { study_months }) }),
          ...(pack && { package: pack }),
        }),
      )
    } catch (error) {
      const shorter = error instanceof ApiError ? error.about('study_months') : undefined
      if (shorter !== undefined && known) {
        const sure = await confirm(`${shorter}。按现在的学习期限下单吗？`, '重新下单', '继续下单')
        return sure ? placeAt(total_amount, order, false) : undefined
      }
      const now = error instanceof ApiError ? error.about('total_amount') : undefined
      // Of a package there may be other courses to pay by now; the same ones at another price are refused again.
      const isOther = error instanceof ApiError && error.about('courses') !== undefined
      if (now === undefined || now === total_amount || isOther) throw error
      const sure = await confirm(`价格有变化，现价 ${yuan(now)}。按现价下单吗？`, '重新下单', '按现价下单')
      return sure ? placeAt(now, order, known) : undefined
    }
  }

  return useAction(async (order) => {
    const payment = await placeAt(order.total_amount, order)
    if (payment) await open(payment)
  })
}
