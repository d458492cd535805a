import { yuan } from '@/format/money'
import { dateTime } from '@/format/time'
import type { Fact, Order } from '@/types'

/** Amounts and payment of an order, without what does not exist (yet). */
export function paymentFacts(order: Order): Fact[] {
  const paid = order.pay_time
    ? [
        { label: '实付金额', value: yuan(order.total_amount) },
        { label: '支付方式', value: order.pay_type_name },
        { label: '交易号', value: order.trade_no },
        { label: '支付时间', value: dateTime(order.pay_time) },
      ]
    : []
  return [{ label: '订单金额', value: yuan(order.total_amount) }, ...paid].filter(({ value }) => value)
}
