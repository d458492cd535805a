import { isFree, sumOf, yuan } from '@/format/money'
import { dateTime } from '@/format/time'
import type { Fact, Order, OrderDetail } from '@/types'

type OrderPayment = OrderDetail['payments'][number]

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
  const refunded = isFree(order.refunded_amount)
    ? []
    : [{ label: '已退金额', value: yuan(order.refunded_amount) }]
  const coupon = order.coupon_name
    ? [{ label: '优惠券', value: `${order.coupon_name}，已减 ${yuan(order.coupon_amount)}` }]
    : []
  const saved = sumOf(order.courses.map(({ vip_amount }) => vip_amount))
  const member = isFree(saved) ? [] : [{ label: '会员价', value: `比其他学员少付 ${yuan(saved)}` }]
  return [...member, ...coupon, { label: '订单金额', value: yuan(order.total_amount) }, ...paid, ...refunded].filter(({ value }) => value)
}

const described = ({ amount, pay_type_name, trade_no, paid_at }: OrderPayment) =>
  `${yuan(amount)}，${pay_type_name}，${dateTime(paid_at)}，交易号 ${trade_no}`

/** Payments beside the order's own: the buyer has paid twice. */
export const furtherPayments = ({ payments, trade_no }: OrderDetail): Fact[] =>
  payments
    .filter((payment) => payment.trade_no !== trade_no)
    .map((payment, at) => ({ label: `重复付款 ${at + 1}`, value: described(payment) }))
