import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, shallowRef } from 'vue'

import { fetchPaymentStatus } from '@/api/order'
import { ApiError } from '@/api/errors'
import { run } from '@/testing/mounting'
import { anOrder, aPayment, aRefund } from '@/testing/samples'
import { OrderStatus, RefundState, type Order } from '@/types'

import { useCashierDialog } from './useCashierDialog'
import { useOrderUpdates } from './useOrderUpdates'

vi.mock('@/api/order')
const ask = vi.mocked(fetchPaymentStatus)

const answer = (order: Order | null) => ({
  out_trade_no: '01M825K83G',
  order_status: order?.order_status ?? OrderStatus.Unpaid,
  order_status_name: '',
  order,
  msg: '',
})
const refunding = (state: RefundState) => anOrder({ order_status: OrderStatus.Paid, refunds: [aRefund({ state })] })

describe('useOrderUpdates', () => {
  const moved = vi.fn(() => Promise.resolve())
  beforeEach(() => {
    ask.mockReset()
    moved.mockClear()
    vi.useFakeTimers()
  })
  afterEach(() => {
    useCashierDialog().close()
  })

  async function watching(first: Order) {
    const order = shallowRef<Order | null>(first)
    ask.mockResolvedValue(answer(first))
    const { unmount } = await run(() => useOrderUpdates(() => order.value, moved))
    return { order, unmount }
  }

  it('loads an unpaid order again once it was paid elsewhere', async () => {
    const { order } = await watching(anOrder())
    await vi.advanceTimersByTimeAsync(3000)
    expect(ask).toHaveBeenCalledOnce()
    expect(moved).not.toHaveBeenCalled()

    ask.mockResolvedValue(answer(anOrder({ order_status: OrderStatus.Paid })))
    await vi.advanceTimersByTimeAsync(4500)
    expect(moved).toHaveBeenCalledOnce()
    order.value = anOrder({ order_status: OrderStatus.Paid })
    await vi.advanceTimersByTimeAsync(600_000)

    expect(ask).toHaveBeenCalledTimes(2)
  })

  it('loads an unpaid order again once it takes no payment any more', async () => {
    await watching(anOrder())

    ask.mockResolvedValue(answer(anOrder({ payment_refusal: { code: 4002, msg: '您已拥有其中的课程' } })))
    await vi.advanceTimersByTimeAsync(3000)

    expect(moved).toHaveBeenCalledOnce()
  })

  it.each([RefundState.Requested, RefundState.Processing])('waits for the end of a refund in state %s', async (state) => {
    const { order } = await watching(refunding(state))

    ask.mockResolvedValue(answer(refunding(RefundState.Refunded)))
    await vi.advanceTimersByTimeAsync(3000)
    expect(moved).toHaveBeenCalledOnce()
    order.value = refunding(RefundState.Refunded)
    await vi.advanceTimersByTimeAsync(600_000)

    expect(ask).toHaveBeenCalledOnce()
  })

  it.each([
    ['a paid order', anOrder({ order_status: OrderStatus.Paid })],
    ['a closed order', anOrder({ order_status: OrderStatus.TimedOut })],
    ['a refund that was rejected', refunding(RefundState.Rejected)],
    ['a refund that failed', refunding(RefundState.Failed)],
  ])('asks nothing about %s', async (_, order) => {
    await watching(order)

    await vi.advanceTimersByTimeAsync(600_000)

    expect(ask).not.toHaveBeenCalled()
  })

  it('asks less and less often, and no more once the page is left', async () => {
    const { unmount } = await watching(refunding(RefundState.Processing))

    await vi.advanceTimersByTimeAsync(600_000)
    const asked = ask.mock.calls.length
    expect(asked).toBeGreaterThan(10)
    expect(asked).toBeLessThan(20)
    unmount()
    await vi.advanceTimersByTimeAsync(600_000)

    expect(ask).toHaveBeenCalledTimes(asked)
  })

  it('asks often again after a step on the way', async () => {
    const { order } = await watching(refunding(RefundState.Requested))
    await vi.advanceTimersByTimeAsync(600_000)
    ask.mockClear()

    order.value = refunding(RefundState.Processing)
    await nextTick()
    await vi.advanceTimersByTimeAsync(3000)

    expect(ask).toHaveBeenCalledOnce()
  })

  it('bears a network that is gone for a while, and an order that it may not see any more', async () => {
    await watching(anOrder())
    ask.mockRejectedValueOnce(new ApiError(0, 0, '断开')).mockResolvedValueOnce(answer(null))
    await vi.advanceTimersByTimeAsync(7500)
    expect(ask).toHaveBeenCalledTimes(2)
    expect(moved).not.toHaveBeenCalled()

    ask.mockResolvedValue(answer(anOrder({ order_status: OrderStatus.Cancelled })))
    await vi.advanceTimersByTimeAsync(60_000)

    expect(moved).toHaveBeenCalled()
  })

  it('leaves the asking to a QR code while it is shown', async () => {
    await watching(anOrder())
    void useCashierDialog().show({ kind: 'qr_code', payment: aPayment() })

    await vi.advanceTimersByTimeAsync(600_000)
    expect(ask).not.toHaveBeenCalled()
    useCashierDialog().close()
    await vi.advanceTimersByTimeAsync(3000)

    expect(ask).toHaveBeenCalledOnce()
  })
})
