import { describe, expect, it } from 'vitest'

import { anOrder, anOrderDetail } from '@/testing/samples'
import { OrderStatus, type Order, type OrderDetail } from '@/types'

import { furtherPayments, paymentFacts } from './paymentFacts'

const PAID: Partial<Order> = {
  order_status: OrderStatus.Paid,
  trade_no: '2026112222001',
  pay_time: '2026-11-22T09:05:00Z',
}
const labels = (changes: Partial<Order>) => paymentFacts(anOrder(changes)).map(({ label }) => label)
const own: OrderDetail['payments'][number] = {
  pay_type: 1,
  pay_type_name: '支付宝',
  trade_no: '2026112222001',
  amount: '99.00',
  paid_at: '2026-11-22T09:05:00Z',
}

describe('paymentFacts', () => {
  it('names only the amount before the payment', () => {
    expect(paymentFacts(anOrder())).toEqual([{ label: '订单金额', value: '¥99.00' }])
  })

  it('names the payment, and what went back', () => {
    expect(labels(PAID)).toEqual(['订单金额', '实付金额', '支付方式', '交易号', '支付时间'])
    expect(paymentFacts(anOrder({ ...PAID, refunded_amount: '60.00' })).at(-1)).toEqual({ label: '已退金额', value: '¥60.00' })
  })

  it('leaves out a trade number that nobody knows', () => {
    expect(labels({ ...PAID, trade_no: '' })).not.toContain('交易号')
  })
})

describe('furtherPayments', () => {
  it('counts those that are not the own one of the order', () => {
    const again = { ...own, pay_type: 2 as const, pay_type_name: '微信支付', trade_no: '420000002' }
    const found = furtherPayments(anOrderDetail({ ...PAID, payments: [own, again, { ...again, trade_no: '420000003' }] }))

    expect(found.map(({ label }) => label)).toEqual(['重复付款 1', '重复付款 2'])
    expect(found[0]?.value).toContain('¥99.00，微信支付，')
    expect(found[0]?.value).toContain('交易号 420000002')
  })
})
