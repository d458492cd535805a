import { yuan } from '@/format/money'
import { OrderStatus, RefundState, type Order, type Refund } from '@/types'

export interface OrderEvent {
  text: string
  /** ISO; null when it is not known. */
  time: string | null
}

const END: Partial<Record<OrderStatus, (order: Order) => OrderEvent>> = {
  [OrderStatus.Cancelled]: () => ({ text: '取消订单', time: null }),
  [OrderStatus.TimedOut]: ({ expires_at }) => ({ text: '超过支付时间，订单关闭', time: expires_at }),
}

const REFUND_ENDS: Partial<Record<RefundState, string>> = {
  [RefundState.Rejected]: '退款申请未通过',
  [RefundState.Refunded]: '款项已原路退回',
}

function refundEvents({ amount, state, created_time, finished_time }: Refund): OrderEvent[] {
  const asked = { text: `申请退款 ${yuan(amount)}`, time: created_time }
  const end = REFUND_ENDS[state]
  return end && finished_time ? [asked, { text: `${end} ${yuan(amount)}`, time: finished_time }] : [asked]
}

const byTime = (one: OrderEvent, other: OrderEvent) => Date.parse(one.time ?? '') - Date.parse(other.time ?? '')

/** What has happened to an order, the first event first. */
export function orderTimeline(order: Order): OrderEvent[] {
  const placed: OrderEvent = { text: '提交订单', time: order.created_time }
  const paid: OrderEvent[] = order.pay_time ? [{ text: `${order.pay_type_name}付款成功`, time: order.pay_time }] : []
  const end = END[order.order_status]
  const refunds = order.refunds.flatMap(refundEvents).sort(byTime)
  return [placed, ...paid, ...(end ? [end(order)] : []), ...refunds]
}
