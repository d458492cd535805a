import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { anOrderDetail, aRefund, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'
import { OrderStatus, RefundState, type OrderDetail as Detail } from '@/types'

import OrderDetail from './OrderDetail.vue'

const PAID: Partial<Detail> = {
  order_status: OrderStatus.Paid,
  order_status_name: '已支付',
  trade_no: '2026112222001',
  pay_time: '2026-11-22T09:05:00Z',
}

function detail(changes: Partial<Detail> = PAID) {
  const reads = answer('get', 'order/01M825K83G/', { data: anOrderDetail(changes) })
  return show(OrderDetail, { loggedIn: true, props: { outTradeNo: '01M825K83G' } }).then(() => reads)
}

describe('OrderDetail', () => {
  beforeEach(() => {
    answer('get', 'order/invoice/', { data: pageOf([]) })
    answer('get', 'order/invoice/orders/', { data: pageOf([]) })
  })

  it('shows lines, payment and progress of a paid order', async () => {
    await detail()

    const lines = within(await screen.findByRole('region', { name: '购买的课程' }))
    expect(lines.getByRole('link', { name: 'Python 爬虫实战' })).toHaveAttribute('href', '/course/9')
    const payment = screen.getByRole('region', { name: '付款信息' })
    expect(payment).toHaveTextContent('实付金额¥99.00支付方式支付宝交易号2026112222001')
    const progress = within(screen.getByRole('region', { name: '订单进度' })).getAllByRole('listitem')
    expect(progress.map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining('提交订单2026-11-22'),
      expect.stringContaining('支付宝付款成功2026-11-22'),
    ])
  })

  it('shows what went back, in the lines, the amounts and the progress', async () => {
    const refund = aRefund({ course: 9, state: RefundState.Refunded, finished_time: '2026-11-23T09:00:00Z' })
    await detail({ ...PAID, refunded_amount: '99.00', refunds: [refund] })

    const lines = within(await screen.findByRole('region', { name: '购买的课程' }))
    expect(lines.getByText('已退款')).toBeVisible()
    expect(lines.queryByRole('link', { name: '立即学习' })).toBeNull()
    expect(screen.getByRole('region', { name: '付款信息' })).toHaveTextContent('已退金额¥99.00')
    const progress = within(screen.getByRole('region', { name: '订单进度' })).getAllByRole('listitem')
    expect(progress.at(-2)).toHaveTextContent('申请退款 ¥99.00')
    expect(progress.at(-1)).toHaveTextContent('款项已原路退回 ¥99.00')
  })

  it('shows a payment that was made twice', async () => {
    const own = { pay_type: 1, pay_type_name: '支付宝', trade_no: '2026112222001', amount: '99.00', paid_at: '2026-11-22T09:05:00Z' } as const
    await detail({ ...PAID, payments: [own, { ...own, pay_type: 2, pay_type_name: '微信支付', trade_no: '420000002' }] })

    const payment = await screen.findByRole('region', { name: '付款信息' })
    expect(payment).toHaveTextContent('重复付款 1¥99.00，微信支付')
    expect(payment).toHaveTextContent('交易号 420000002')
    expect(payment).not.toHaveTextContent('重复付款 2')
  })

  it('offers to pay an unpaid order', async () => {
    await detail({})

    expect(await screen.findByRole('button', { name: '继续支付' })).toBeEnabled()
    expect(screen.getByRole('region', { name: '付款信息' })).not.toHaveTextContent('实付金额')
  })

  it('asks not to pay again while the school checks money that came by hand', async () => {
    await detail({ awaits_offline_payment: true })

    expect(await screen.findByText(/学校已经登记了您的线下付款.*请不要再次付款/)).toBeVisible()
    expect(screen.queryByRole('button', { name: '继续支付' })).toBeNull()
  })

  it('offers to order the courses of a closed order again', async () => {
    await detail({ order_status: OrderStatus.TimedOut, order_status_name: '超时取消', expires_at: '2026-11-22T09:30:00Z', can_reorder: true })

    expect(await screen.findByRole('button', { name: '重新下单' })).toBeEnabled()
    expect(screen.getByText('超过支付时间，订单关闭')).toBeVisible()
  })

  it('does not offer to order again what would be refused', async () => {
    await detail({ order_status: OrderStatus.Cancelled, order_status_name: '已取消', can_reorder: false })

    expect(await screen.findByText('已取消')).toBeVisible()
    expect(screen.queryByRole('button', { name: '重新下单' })).toBeNull()
  })

  it('says why an order need not be paid any more, and offers to cancel it', async () => {
    await detail({ payment_refusal: { code: 4002, msg: '您已拥有其中的课程，这笔订单无需再支付' } })

    expect(await screen.findByText('您已拥有其中的课程，这笔订单无需再支付。')).toBeVisible()
    expect(screen.getByRole('button', { name: '取消订单' })).toBeEnabled()
    expect(screen.queryByRole('button', { name: '继续支付' })).toBeNull()
  })

  it('follows a refund that somebody else carries out, and keeps what is being typed', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true })
    const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime })
    const { courses, refund_options } = anOrderDetail()
    const processing = aRefund({ course: 9, state: RefundState.Processing, state_name: '处理中' })
    const two = [...courses, { ...courses[0], id: 12, name: 'Docker 部署' }] as Detail['courses']
    const lines = [...refund_options.lines, { course: 12, amount: '60.00', allowed: true, why: '', note: '' }]
    const order = { ...PAID, courses: two, refunds: [processing], refund_options: { ...refund_options, lines } }
    await detail(order)
    await user.click(await screen.findByRole('button', { name: '申请退款' }))
    await user.type(screen.getByLabelText('退款原因'), '买错了')

    const done = { ...order, refunds: [{ ...processing, state: RefundState.Refunded, state_name: '已退款' }] }
    const data = { out_trade_no: '01M825K83G', order_status: OrderStatus.Paid, order_status_name: '', order: anOrderDetail(done) }
    answer('get', 'order/success/', { data })
    answer('get', 'order/01M825K83G/', { data: anOrderDetail(done) })
    await vi.advanceTimersByTimeAsync(10_000)

    expect(await within(screen.getByRole('list', { name: '退款记录' })).findByText('已退款')).toBeVisible()
    expect(screen.getByLabelText('退款原因')).toHaveValue('买错了')
    vi.useRealTimers()
  })

  it('says when the order does not exist, or belongs to another account', async () => {
    answer('get', 'order/:number/', { status: 404, msg: '订单不存在' })
    await show(OrderDetail, { loggedIn: true, props: { outTradeNo: '01M' } })

    expect(await screen.findByRole('link', { name: '查看我的订单' })).toHaveAttribute('href', '/user/orders')
    expect(screen.getByRole('status')).toHaveTextContent('没有找到这笔订单')
  })

  it('offers a retry after an error', async () => {
    answer('get', 'order/01M825K83G/', { status: 503, msg: '服务暂时不可用' })
    await show(OrderDetail, { loggedIn: true, props: { outTradeNo: '01M825K83G' } })
    expect(await screen.findByRole('alert')).toHaveTextContent('服务暂时不可用')

    answer('get', 'order/01M825K83G/', { data: anOrderDetail() })
    await userEvent.click(screen.getByRole('button', { name: '重试' }))

    expect(await screen.findByRole('region', { name: '订单状态' })).toHaveTextContent('未支付')
  })
})
