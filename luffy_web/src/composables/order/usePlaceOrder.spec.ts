import { describe, expect, it } from 'vitest'

import type { NewOrder } from '@/api/order'
import { anOrder } from '@/testing/samples'
import { answer } from '@/testing/server'
import { PayType } from '@/types'

import { usePlaceOrder } from './usePlaceOrder'

const PLACED = { status: 201, data: anOrder(), extra: { pay_url: '/cashier/1', out_trade_no: '01M' } }
const order = (total_amount = '99.00'): NewOrder => ({
  subject: '爬虫',
  total_amount,
  courses: [9],
  pay_type: PayType.Alipay,
  device: 'desktop',
})

describe('usePlaceOrder', () => {
  it('sends the same key again after a lost answer, and a new one after an answer', async () => {
    const replies = [{ status: 503 }, PLACED, { status: 409 }, PLACED]
    const calls = answer('post', 'order/pay/', () => replies.shift() ?? PLACED)
    const place = usePlaceOrder()

    for (let click = 0; click < 4; click++) await place(order()).catch(() => null)

    const [lost, placed, refused, again] = calls.map(({ key }) => key)
    expect(lost).toMatch(/^[a-z0-9-]{10,64}$/)
    expect(placed).toBe(lost)
    expect(new Set([placed, refused, again]).size).toBe(3)
  })

  it('never sends one key for two different orders', async () => {
    const replies = [{ status: 503 }, PLACED]
    const calls = answer('post', 'order/pay/', () => replies.shift() ?? PLACED)
    const place = usePlaceOrder()

    await place(order()).catch(() => null)
    await place(order('89.00'))

    expect(calls[0]?.key).not.toBe(calls[1]?.key)
  })
})
