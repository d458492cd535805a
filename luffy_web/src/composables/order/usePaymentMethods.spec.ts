import { describe, expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'
import { answer } from '@/testing/server'
import { PayType } from '@/types'

import { usePaymentMethods } from './usePaymentMethods'

const METHODS = [
  { pay_type: PayType.Alipay, pay_type_name: '支付宝', devices: ['desktop'] },
  { pay_type: PayType.WeChat, pay_type_name: '微信支付', devices: ['desktop'] },
]
const threeRows = () => run(() => [usePaymentMethods(), usePaymentMethods(), usePaymentMethods()])

describe('usePaymentMethods', () => {
  it('asks once for all rows of a list, and each has a choice of its own', async () => {
    const calls = answer('get', 'order/methods/', { data: METHODS })
    const { result } = await threeRows()
    await vi.waitFor(() => expect(result.map(({ methods }) => methods.value.length)).toEqual([2, 2, 2]))

    const [first] = result
    if (first) first.chosen.value = PayType.WeChat

    expect(calls).toHaveLength(1)
    expect(result.map(({ chosen }) => chosen.value)).toEqual([PayType.WeChat, PayType.Alipay, PayType.Alipay])
  })

  it('tries again after a failure, for those who were there before, too', async () => {
    const failures = answer('get', 'order/methods/', { status: 503 })
    const { result: before } = await threeRows()
    await vi.waitFor(() => expect(failures).toHaveLength(1))
    await new Promise((done) => setTimeout(done, 50))
    const calls = answer('get', 'order/methods/', { data: METHODS })

    const { result: after } = await threeRows()

    await vi.waitFor(() => expect([...before, ...after].every(({ methods }) => methods.value.length === 2)).toBe(true))
    expect([failures.length, calls.length]).toEqual([1, 1])
  })

  it('keeps the answer of a row that goes for those that stay, and asks anew on another page', async () => {
    const calls = answer('get', 'order/methods/', { data: METHODS })
    const first = await threeRows()
    const second = await threeRows()
    first.unmount()
    await vi.waitFor(() => expect(second.result[0]?.methods.value).toHaveLength(2))

    second.unmount()
    await threeRows()

    await vi.waitFor(() => expect(calls).toHaveLength(2))
  })
})
