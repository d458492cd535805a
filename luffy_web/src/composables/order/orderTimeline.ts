import { OrderStatus, type Order } from '@/types'

export interface OrderEvent {
  text: string
  /** ISO; null when it is not known. */
  time: string | null
}

const END: Partial<Record<OrderStatus, (order: Order) => OrderEvent>> = {
  [OrderStatus.Cancelled]: () => ({ text: '取消订单', time: null }),
  [OrderStatus.TimedOut]: ({ expires_at }) => ({ text: '超过支付时间，订单关闭', time: expires_at }),
}

/** What has happened to an order, the first event first. */
export function orderTimeline(order: Order): OrderEvent[] {
  const placed: OrderEvent = { text: '提交订单', time: order.created_time }
  const paid: OrderEvent[] = order.pay_time ? [{ text: `${order.pay_type_name}付款成功`, time: order.pay_time }] : []
  const end = END[order.order_status]
  return [placed, ...paid, ...(end ? [end(order)] : [])]
}
