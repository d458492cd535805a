import { describe, expect, it } from 'vitest'

import { anOrder, aRefund } from '@/testing/samples'
import { OrderStatus, RefundState, type Order } from '@/types'

import { orderTimeline } from './orderTimeline'

const PAID: Partial<Order> = { order_status: OrderStatus.Paid, pay_time: '2026-11-22T09:05:00Z' }
const texts = (changes: Partial<Order>) => orderTimeline(anOrder(changes)).map(({ text }) => text)

describe('orderTimeline', () => {
  it('begins with the order and its payment', () => {
    expect(orderTimeline(anOrder(PAID))).toEqual([
      { text: '提交订单', time: '2026-11-22T09:00:00Z' },
      { text: '支付宝付款成功', time: '2026-11-22T09:05:00Z' },
    ])
  })

  it('ends a closed order, with the time where it is known', () => {
    expect(orderTimeline(anOrder({ order_status: OrderStatus.Cancelled })).at(-1)).toEqual({ text: '取消订单', time: null })
    const late = anOrder({ order_status: OrderStatus.TimedOut, expires_at: '2026-11-22T09:30:00Z' })
    expect(orderTimeline(late).at(-1)).toEqual({ text: '超过支付时间，订单关闭', time: '2026-11-22T09:30:00Z' })
  })

  it('puts what became of several refunds in the order in which it happened', () => {
    const refunds = [
      aRefund({ id: 5, amount: '60.00', created_time: '2026-11-23T09:00:00Z', state: RefundState.Processing }),
      aRefund({ id: 4, amount: '39.00', created_time: '2026-11-22T10:00:00Z', state: RefundState.Refunded, finished_time: '2026-11-24T09:00:00Z' }),
      aRefund({ id: 3, created_time: '2026-11-22T09:10:00Z', state: RefundState.Rejected, finished_time: '2026-11-22T09:20:00Z' }),
    ]

    expect(texts({ ...PAID, refunds }).slice(2)).toEqual([
      '申请退款 ¥99.00',
      '退款申请未通过 ¥99.00',
      '申请退款 ¥39.00',
      '申请退款 ¥60.00',
      '款项已原路退回 ¥39.00',
    ])
  })
})
