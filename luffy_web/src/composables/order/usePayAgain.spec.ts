import { beforeEach, describe, expect, it, vi } from 'vitest'

import { useConfirm } from '@/composables/base/useConfirm'
import { useNotice } from '@/composables/base/useNotice'
import { run } from '@/testing/mounting'
import { anOrder } from '@/testing/samples'
import { answer } from '@/testing/server'
import { OrderStatus } from '@/types'

import { usePayAgain } from './usePayAgain'

const leaveFor = vi.hoisted(() => vi.fn())
vi.mock('@/composables/base/useLeave', () => ({ useLeave: () => ({ leaveFor }) }))

const ORDER_CLOSED = { status: 409, code: 4005, msg: '订单已失效，请重新下单。' }

async function payAgain() {
  const changed = vi.fn()
  const { result } = await run(() => usePayAgain(() => '01M825K83G', changed), { loggedIn: true })
  return { ...result, changed }
}
const lastNotice = () => useNotice().notices.value.at(-1)?.text
const question = () => useConfirm().confirmation.value?.title

describe('usePayAgain', () => {
  beforeEach(() => {
    leaveFor.mockReset()
  })

  it('opens the cashier', async () => {
    answer('post', 'order/01M825K83G/pay/', { data: anOrder(), extra: { pay_url: '/cashier/2', out_trade_no: '01M825K83G' } })
    const { run: pay, changed } = await payAgain()

    await pay()

    expect(leaveFor).toHaveBeenCalledWith('/cashier/2')
    expect(changed).not.toHaveBeenCalled()
  })

  it('offers a new order when the trade was closed meanwhile', async () => {
    answer('post', 'order/01M825K83G/pay/', ORDER_CLOSED)
    answer('get', 'order/01M825K83G/', { data: anOrder({ order_status: OrderStatus.TimedOut, can_reorder: true }) })
    const placed = answer('post', 'order/pay/', { status: 201, data: anOrder(), extra: { pay_url: '/cashier/3', out_trade_no: '01N' } })
    const { run: pay, changed } = await payAgain()

    await pay()
    await vi.waitFor(() => expect(question()).toBe('订单已关闭'))
    expect(changed).toHaveBeenCalledOnce()
    useConfirm().answer(true)

    await vi.waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/cashier/3'))
    expect(placed[0]?.body).toMatchObject({ courses: [9], total_amount: '99.00' })
  })

  it('offers no new order that would be refused', async () => {
    answer('post', 'order/01M825K83G/pay/', ORDER_CLOSED)
    answer('get', 'order/01M825K83G/', { data: anOrder({ order_status: OrderStatus.TimedOut }) })
    const { run: pay, changed } = await payAgain()

    await pay()

    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce())
    expect(question()).toBeUndefined()
  })

  it('places nothing when the visitor declines', async () => {
    answer('post', 'order/01M825K83G/pay/', ORDER_CLOSED)
    answer('get', 'order/01M825K83G/', { data: anOrder({ order_status: OrderStatus.Cancelled, can_reorder: true }) })
    const placed = answer('post', 'order/pay/', {})
    const { run: pay } = await payAgain()

    await pay()
    await vi.waitFor(() => expect(question()).toBe('订单已关闭'))
    useConfirm().answer(false)
    await vi.waitFor(() => expect(question()).toBeUndefined())

    expect(placed).toHaveLength(0)
    expect(leaveFor).not.toHaveBeenCalled()
  })

  it.each([
    ['was paid meanwhile', 4005, '订单已支付，无需再次付款。'],
    ['contains a course that is not sold any more', 4003, '课程暂未开放购买。'],
  ])('only tells the refusal of an order that %s', async (_, code, msg) => {
    answer('post', 'order/01M825K83G/pay/', { status: 409, code, msg })
    answer('get', 'order/01M825K83G/', { data: anOrder({ order_status: OrderStatus.Paid }) })
    const { run: pay, changed } = await payAgain()

    await pay()

    await vi.waitFor(() => expect(lastNotice()).toBe(msg))
    expect(changed).toHaveBeenCalledOnce()
    expect(question()).toBeUndefined()
  })
})
