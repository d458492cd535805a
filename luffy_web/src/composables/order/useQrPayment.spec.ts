import { beforeEach, describe, expect, it, vi } from 'vitest'

import { fetchPaymentStatus } from '@/api/order'
import { ApiError } from '@/api/errors'
import { serverNow } from '@/api/serverTime'
import { run } from '@/testing/mounting'
import { anOrder, aPayment } from '@/testing/samples'
import { OrderStatus, PayType } from '@/types'

import { useQrPayment } from './useQrPayment'

vi.mock('@/api/order')
vi.mock('@/api/serverTime', { spy: true })
const ask = vi.mocked(fetchPaymentStatus)

const answer = (order_status: OrderStatus) => ({
  out_trade_no: '01M',
  order_status,
  order_status_name: '',
  order: null,
  msg: '',
})

describe('useQrPayment', () => {
  const settled = vi.fn()
  beforeEach(() => {
    ask.mockReset()
    vi.mocked(serverNow).mockReset()
    settled.mockReset()
    vi.useFakeTimers()
  })
  const showing = (minutes = 30) => {
    const expires_at = new Date(Date.now() + minutes * 60_000).toISOString()
    const payment = aPayment({ pay_type: PayType.WeChat, expires_at })
    return run(() => useQrPayment(() => payment, settled))
  }

  it('asks every three seconds until the order is paid', async () => {
    ask.mockResolvedValueOnce(answer(OrderStatus.Unpaid)).mockResolvedValue(answer(OrderStatus.Paid))
    const { result } = await showing()

    await vi.advanceTimersByTimeAsync(3000)
    expect(result.state.value).toBe('waiting')
    await vi.advanceTimersByTimeAsync(60_000)

    expect(result.state.value).toBe('settled')
    expect(settled).toHaveBeenCalledOnce()
    expect(ask).toHaveBeenCalledTimes(2)
  })

  it('ends once the order takes no payment any more, and says why', async () => {
    const order = anOrder({ pay_type: PayType.WeChat, payment_refusal: { code: 4002, msg: '您已拥有其中的课程' } })
    ask.mockResolvedValue({ ...answer(OrderStatus.Unpaid), order })
    const { result } = await showing()

    await vi.advanceTimersByTimeAsync(30_000)

    expect([result.state.value, result.why.value]).toEqual(['void', '您已拥有其中的课程'])
    expect(ask).toHaveBeenCalledOnce()
    expect(settled).not.toHaveBeenCalled()
  })

  it.each([OrderStatus.Cancelled, OrderStatus.TimedOut])('ends with an order in state %s', async (status) => {
    ask.mockResolvedValue(answer(status))
    const { result } = await showing()

    await vi.advanceTimersByTimeAsync(30_000)

    expect(result.state.value).toBe('closed')
    expect(ask).toHaveBeenCalledOnce()
  })

  it('keeps the code for as long as the server does when the clock of the computer is fast', async () => {
    vi.mocked(serverNow).mockImplementation(() => Date.now() - 30 * 60_000)
    ask.mockResolvedValue(answer(OrderStatus.Unpaid))
    const { result } = await showing(-20)

    await vi.advanceTimersByTimeAsync(9 * 60_000)
    expect(result.state.value).toBe('waiting')
    await vi.advanceTimersByTimeAsync(2 * 60_000)

    expect(result.state.value).toBe('void')
  })

  it('leads to the result of an order that was paid and refunded meanwhile', async () => {
    ask.mockResolvedValue(answer(OrderStatus.Refunded))
    await showing()

    await vi.advanceTimersByTimeAsync(3000)

    expect(settled).toHaveBeenCalledOnce()
  })

  it('ends when another tab has changed the method', async () => {
    ask.mockResolvedValue({ ...answer(OrderStatus.Unpaid), order: anOrder({ pay_type: PayType.Alipay }) })
    const { result } = await showing()

    await vi.advanceTimersByTimeAsync(3000)

    expect(result.state.value).toBe('void')
  })

  it.each([
    ['unpaid', () => ask.mockResolvedValue(answer(OrderStatus.Unpaid))],
    ['not to be reached', () => ask.mockRejectedValue(new ApiError(0, 0, '断开'))],
  ])('ends when the time of an order is over that is %s, whose payment may still be on its way', async (_, prepare) => {
    prepare()
    const { result } = await showing(1)

    await vi.advanceTimersByTimeAsync(70_000)

    expect(result.state.value).toBe('void')
    expect(settled).not.toHaveBeenCalled()
  })

  it('bears a network that is gone for a while', async () => {
    ask.mockRejectedValueOnce(new ApiError(0, 0, '断开')).mockResolvedValue(answer(OrderStatus.Paid))
    const { result } = await showing()

    await vi.advanceTimersByTimeAsync(6000)

    expect(result.state.value).toBe('settled')
  })

  it('asks no more once the code is gone', async () => {
    ask.mockResolvedValue(answer(OrderStatus.Unpaid))
    const { unmount } = await showing()

    await vi.advanceTimersByTimeAsync(3000)
    unmount()
    await vi.advanceTimersByTimeAsync(60_000)

    expect(ask).toHaveBeenCalledOnce()
  })
})
