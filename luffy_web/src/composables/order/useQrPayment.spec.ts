import { beforeEach, describe, expect, it, vi } from 'vitest'

import { fetchPaymentStatus } from '@/api/order'
import { ApiError } from '@/api/errors'
import { run } from '@/testing/mounting'
import { OrderStatus } from '@/types'

import { useQrPayment } from './useQrPayment'

vi.mock('@/api/order')
const ask = vi.mocked(fetchPaymentStatus)

const answer = (order_status: OrderStatus) => ({
  out_trade_no: '01M',
  order_status,
  order_status_name: '',
  order: null,
  msg: '',
})

describe('useQrPayment', () => {
  const paid = vi.fn()
  beforeEach(() => {
    ask.mockReset()
    paid.mockReset()
    vi.useFakeTimers()
  })
  const showing = (minutes = 30) => {
    const until = new Date(Date.now() + minutes * 60_000).toISOString()
    return run(() => useQrPayment(() => '01M', () => until, paid))
  }

  it('asks every three seconds until the order is paid', async () => {
    ask.mockResolvedValueOnce(answer(OrderStatus.Unpaid)).mockResolvedValue(answer(OrderStatus.Paid))
    const { result } = await showing()

    await vi.advanceTimersByTimeAsync(3000)
    expect(result.state.value).toBe('waiting')
    await vi.advanceTimersByTimeAsync(60_000)

    expect(result.state.value).toBe('paid')
    expect(paid).toHaveBeenCalledOnce()
    expect(ask).toHaveBeenCalledTimes(2)
  })

  it.each([OrderStatus.Cancelled, OrderStatus.TimedOut, OrderStatus.Refunded])('ends with an order in state %s', async (status) => {
    ask.mockResolvedValue(answer(status))
    const { result } = await showing()

    await vi.advanceTimersByTimeAsync(30_000)

    expect(result.state.value).toBe('closed')
    expect(ask).toHaveBeenCalledOnce()
  })

  it('ends when the time of the order is over', async () => {
    ask.mockResolvedValue(answer(OrderStatus.Unpaid))
    const { result } = await showing(1)

    await vi.advanceTimersByTimeAsync(70_000)

    expect(result.state.value).toBe('closed')
    expect(paid).not.toHaveBeenCalled()
  })

  it('bears a network that is gone for a while', async () => {
    ask.mockRejectedValueOnce(new ApiError(0, 0, '断开')).mockResolvedValue(answer(OrderStatus.Paid))
    const { result } = await showing()

    await vi.advanceTimersByTimeAsync(6000)

    expect(result.state.value).toBe('paid')
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
