import { screen, waitFor } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { dateTime } from '@/format/time'
import { show } from '@/testing/mounting'
import { anOrder, aRefund } from '@/testing/samples'
import { answer, failNetwork } from '@/testing/server'
import { OrderStatus, RefundState, type Order } from '@/types'

import OrderResult from './OrderResult.vue'

const leaveFor = vi.hoisted(() => vi.fn())
vi.mock('@/composables/base/useLeave', () => ({ useLeave: () => ({ leaveFor }) }))

function result(order_status: OrderStatus, code: number, msg: string, order: Order | null = anOrder({ order_status })) {
  const data = { out_trade_no: '01M825K83G', order_status, order_status_name: '', order }
  answer('get', 'order/success/', { code, msg, data })
  return show(OrderResult, { loggedIn: true, props: { outTradeNo: '01M825K83G' } })
}
const title = () => screen.getByRole('heading', { level: 1 })
const payAgain = () => screen.queryByRole('button', { name: '继续支付' })

describe('OrderResult', () => {
  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('offers to pay again and the orders from the fifth second', async () => {
    await result(OrderStatus.Unpaid, 101, '暂未收到您的付款')
    expect(title()).toHaveTextContent('正在确认您的付款')
    expect(payAgain()).toBeNull()

    await vi.advanceTimersByTimeAsync(5000)

    await waitFor(() => expect(payAgain()).toBeEnabled())
    expect(screen.getByRole('link', { name: '查看我的订单' })).toHaveAttribute('href', '/user/orders')
  })

  it('says that the network is gone, and goes on', async () => {
    failNetwork('get', 'order/success/')
    await show(OrderResult, { loggedIn: true, props: { outTradeNo: '01M825K83G' } })
    expect(await screen.findByText('网络好像断开了，请检查网络后重试。')).toBeVisible()
    expect(title()).toHaveTextContent('正在确认您的付款')

    answer('get', 'order/success/', { data: { out_trade_no: '01M825K83G', order_status: OrderStatus.Paid, order_status_name: '', order: null } })
    await vi.advanceTimersByTimeAsync(3000)

    await waitFor(() => expect(title()).toHaveTextContent('支付成功'))
  })

  it('opens the cashier again', async () => {
    answer('post', 'order/01M825K83G/pay/', { data: anOrder(), extra: { pay_url: '/cashier/2', out_trade_no: '01M825K83G' } })
    await result(OrderStatus.Unpaid, 101, '暂未收到您的付款')
    await vi.advanceTimersByTimeAsync(5000)

    await userEvent.setup({ advanceTimers: vi.advanceTimersByTime }).click(await screen.findByRole('button', { name: '继续支付' }))

    await waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/cashier/2'))
  })

  it('says why the order need not be paid', async () => {
    const order = anOrder({ payment_refusal: { code: 4002, msg: '您已拥有其中的课程，这笔订单无需再支付' } })
    await result(OrderStatus.Unpaid, 101, '暂未收到您的付款', order)
    await vi.advanceTimersByTimeAsync(5000)

    expect(await screen.findByText('您已拥有其中的课程，这笔订单无需再支付。')).toBeVisible()
    expect(screen.getByRole('link', { name: '查看我的订单' })).toBeVisible()
    expect(payAgain()).toBeNull()
  })

  it('does not offer to pay the order of another student', async () => {
    await result(OrderStatus.Unpaid, 101, '暂未收到您的付款', null)
    await vi.advanceTimersByTimeAsync(5000)

    expect(await screen.findByRole('link', { name: '查看我的订单' })).toBeVisible()
    expect(payAgain()).toBeNull()
  })

  it.each([
    [OrderStatus.Refunded, 102, '订单已退款', '款项已原路退回。', false],
    [OrderStatus.Cancelled, 103, '订单已取消', '这笔订单已经取消。', true],
    [OrderStatus.TimedOut, 104, '订单已超时关闭', '超过支付时间。', true],
  ])('shows the sentence of state %s', async (status, code, heading, msg, mayReorder) => {
    await result(status, code, msg, anOrder({ order_status: status, can_reorder: mayReorder }))

    await waitFor(() => expect(title()).toHaveTextContent(heading))
    expect(screen.getByText(msg)).toBeVisible()
    expect(screen.queryByRole('button', { name: '重新下单' }) !== null).toBe(mayReorder)
    expect(payAgain()).toBeNull()
  })

  it('shows what was ordered, paid and given back, also of an order that is refunded', async () => {
    const paid = { order_status: OrderStatus.Refunded, trade_no: '2026112222', pay_time: '2026-11-22T09:05:00Z', refunded_amount: '99.00' }
    const refunds = [aRefund({ state: RefundState.Refunded, state_name: '已退款', finished_time: '2026-11-23T01:00:00Z' })]
    await result(OrderStatus.Refunded, 102, '款项已原路退回。', anOrder({ ...paid, refunds }))

    expect(await screen.findByRole('link', { name: 'Python 爬虫实战' })).toBeVisible()
    for (const text of ['01M825K83G', '2026112222', dateTime(paid.pay_time), `¥99.00，${dateTime('2026-11-23T01:00:00Z')}`]) {
      expect(screen.getByRole('region', { name: '支付结果' })).toHaveTextContent(text)
    }
  })

  it('leads to the course that is left when another one was given back', async () => {
    const courses = anOrder().courses.flatMap((course) => [course, { ...course, id: 10 }])
    const refunds = [aRefund({ course: 9, state: RefundState.Refunded })]
    await result(OrderStatus.Paid, 100, '成功', anOrder({ courses, refunds, refunded_amount: '99.00' }))

    expect(await screen.findByText('其中一部分款项已经退回，下面是明细。')).toBeVisible()
    expect(screen.getByRole('link', { name: '立即学习' })).toHaveAttribute('href', '/learn/10')
  })

  it('leads to the course of a paid order', async () => {
    await result(OrderStatus.Paid, 100, '成功')

    await waitFor(() => expect(title()).toHaveTextContent('支付成功'))
    expect(screen.getByRole('link', { name: '立即学习' })).toHaveAttribute('href', '/learn/9')
  })
})
