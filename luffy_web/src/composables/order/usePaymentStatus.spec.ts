import { beforeEach, describe, expect, it, vi } from 'vitest'

import { fetchPaymentStatus } from '@/api/order'
import { ApiError } from '@/api/errors'
import { run } from '@/testing/mounting'
import { anOrder } from '@/testing/samples'
import { OrderStatus } from '@/types'

import { usePaymentStatus } from './usePaymentStatus'

vi.mock('@/api/order')
const ask = vi.mocked(fetchPaymentStatus)

const NOT_YET = {
  out_trade_no: '01M',
  order_status: OrderStatus.Unpaid,
  order_status_name: '未支付',
  order: null,
  msg: '暂未收到您的付款',
} as const
const PAID = { ...NOT_YET, order_status: OrderStatus.Paid, order: anOrder(), msg: '成功' } as const

describe('usePaymentStatus', () => {
  beforeEach(() => {
    ask.mockReset()
    vi.useFakeTimers()
  })
  const watching = (no = '01M2') => run(() => usePaymentStatus(() => no))

  it('asks until the money is there, and then no more', async () => {
    ask.mockResolvedValueOnce(NOT_YET).mockResolvedValueOnce(NOT_YET).mockResolvedValue(PAID)
    const { result } = await watching()

    await vi.advanceTimersByTimeAsync(0)
    expect(result.state.value).toBe('waiting')
    await vi.advanceTimersByTimeAsync(60_000)

    expect(result.state.value).toBe('paid')
    expect(result.order.value?.courses).toHaveLength(1)
    expect(result.orderNumber.value).toBe('01M')
    expect(ask).toHaveBeenCalledTimes(3)
  })

  it('waits longer each time', async () => {
    ask.mockResolvedValue(NOT_YET)
    await watching()

    await vi.advanceTimersByTimeAsync(999)
    expect(ask).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(ask).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(1499)
    expect(ask).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(ask).toHaveBeenCalledTimes(3)
  })

  it('gives up after two minutes and starts again when asked to', async () => {
    ask.mockResolvedValue(NOT_YET)
    const { result } = await watching()

    await vi.advanceTimersByTimeAsync(110_000)
    expect(result.state.value).toBe('waiting')
    await vi.advanceTimersByTimeAsync(40_000)
    expect(result.state.value).toBe('late')
    const asked = ask.mock.calls.length
    expect(asked).toBeLessThan(20)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(ask).toHaveBeenCalledTimes(asked)

    ask.mockResolvedValue(PAID)
    result.refresh()
    expect(result.state.value).toBe('waiting')
    await vi.advanceTimersByTimeAsync(0)
    expect(result.state.value).toBe('paid')
  })

  it('says from the fifth second that it takes long, and passes on the sentence of the server', async () => {
    ask.mockResolvedValue(NOT_YET)
    const { result } = await watching()

    await vi.advanceTimersByTimeAsync(4999)
    expect(result.isTakingLong.value).toBe(false)
    await vi.advanceTimersByTimeAsync(1)

    expect(result.isTakingLong.value).toBe(true)
    expect(result.message.value).toBe('暂未收到您的付款')
  })

  it('bears a network that is gone for a while', async () => {
    ask.mockRejectedValueOnce(new ApiError(0, 0, '断开')).mockResolvedValue(PAID)
    const { result } = await watching()
    await vi.advanceTimersByTimeAsync(0)
    expect(result.problem.value).toBe('断开')

    await vi.advanceTimersByTimeAsync(5000)

    expect(result.state.value).toBe('paid')
    expect(result.problem.value).toBe('')
  })

  it.each([
    ['an order that nobody knows', 'unknown', () => ask.mockRejectedValue(new ApiError(404, 1004, '不存在'))],
    ['an order that was refunded', 'refunded', () => ask.mockResolvedValue({ ...NOT_YET, order_status: OrderStatus.Refunded })],
    ['an order that was cancelled', 'cancelled', () => ask.mockResolvedValue({ ...NOT_YET, order_status: OrderStatus.Cancelled })],
    ['an order that expired', 'expired', () => ask.mockResolvedValue({ ...NOT_YET, order_status: OrderStatus.TimedOut })],
  ])('stops at %s', async (_, state, prepare) => {
    prepare()
    const { result } = await watching()

    await vi.advanceTimersByTimeAsync(30_000)

    expect(result.state.value).toBe(state)
    expect(ask).toHaveBeenCalledOnce()
  })

  it('asks nothing without an order number, or once the page is left', async () => {
    ask.mockResolvedValue(NOT_YET)
    const { result } = await watching('')
    expect(result.state.value).toBe('unknown')
    expect(ask).not.toHaveBeenCalled()

    const { unmount } = await watching()
    await vi.advanceTimersByTimeAsync(0)
    unmount()
    await vi.advanceTimersByTimeAsync(60_000)

    expect(ask).toHaveBeenCalledOnce()
  })
})
