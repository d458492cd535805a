import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { serverNow } from '@/api/serverTime'
import { show } from '@/testing/mounting'
import { aListedOrder, anOrder, aRefund, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'
import { OrderStatus, RefundState } from '@/types'

import OrderList from './OrderList.vue'

const { leaveFor, confirm } = vi.hoisted(() => ({ leaveFor: vi.fn(), confirm: vi.fn() }))
vi.mock('@/composables/base/useLeave', () => ({ useLeave: () => ({ leaveFor }) }))
vi.mock('@/composables/base/useConfirm', () => ({ useConfirm: () => ({ confirm }) }))
vi.mock('@/api/serverTime', { spy: true })

const list = (at = '/user/orders') => show(OrderList, { at, loggedIn: true })
const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()

describe('OrderList', () => {
  beforeEach(() => {
    vi.mocked(serverNow).mockReset()
  })

  it('shows the actions of an order', async () => {
    const paid = { out_trade_no: 'B', order_status: OrderStatus.Paid, order_status_name: '已支付' } as const
    answer('get', 'order/', { data: pageOf([aListedOrder({ expires_at: soon(119) }), aListedOrder(paid)]) })
    await list()

    const pending = within(await screen.findByRole('article', { name: '订单 01M825K83G' }))
    const done = within(screen.getByRole('article', { name: '订单 B' }))
    expect(pending.getByRole('timer')).toHaveTextContent(/00:01:\d\d/)
    expect(pending.getByRole('button', { name: '继续支付' })).toBeEnabled()
    expect(done.queryByRole('button', { name: '继续支付' })).toBeNull()
    expect(done.getByRole('link', { name: '立即学习' })).toHaveAttribute('href', '/learn/9')
  })

  it('shows a refund that is under way beside the state', async () => {
    const refund = aRefund({ state: RefundState.Processing, state_name: '处理中' })
    answer('get', 'order/', { data: pageOf([aListedOrder({ order_status: OrderStatus.Paid, order_status_name: '已支付', refunds: [refund] })]) })
    await list()

    expect(await screen.findByRole('article')).toHaveTextContent('已支付退款处理中')
  })

  it('says that money which came by hand is being checked, and offers no other payment', async () => {
    answer('get', 'order/', { data: pageOf([aListedOrder({ awaits_offline_payment: true })]) })
    await list()

    expect(await screen.findByRole('article')).toHaveTextContent('学校已经登记了您的线下付款，正在核对')
    expect(screen.queryByRole('button', { name: '继续支付' })).toBeNull()
    expect(screen.queryByRole('button', { name: '取消订单' })).toBeNull()
  })

  it('says why an order cannot be paid any more, and offers nothing but to cancel it', async () => {
    answer('get', 'order/methods/', { data: [1, 2].map((pay_type) => ({ pay_type, pay_type_name: `方式${pay_type}`, devices: ['desktop'] })) })
    answer('get', 'order/', { data: pageOf([aListedOrder({ payment_refusal: { code: 4003, msg: '其中的《爬虫》已停止销售，这笔订单不能再支付' } })]) })
    await list()

    const order = within(await screen.findByRole('article'))
    expect(order.getByText('其中的《爬虫》已停止销售，这笔订单不能再支付。')).toBeVisible()
    expect(order.getAllByRole('button').map(({ textContent }) => textContent?.trim())).toEqual(['取消订单'])
    expect(order.queryByRole('timer')).toBeNull()
  })

  it('pays again', async () => {
    answer('get', 'order/', { data: pageOf([aListedOrder()]) })
    answer('post', 'order/01M825K83G/pay/', { data: anOrder(), extra: { pay_url: '/cashier/2', out_trade_no: '01M825K83G' } })
    await list()

    await userEvent.click(await screen.findByRole('button', { name: '继续支付' }))

    await vi.waitFor(() => expect(leaveFor).toHaveBeenCalledWith('/cashier/2'))
  })

  it('offers another way only, once the school does not take the one of the order any more', async () => {
    answer('get', 'order/methods/', { data: [{ pay_type: 2, pay_type_name: '微信支付', devices: ['desktop', 'phone', 'wechat'] }] })
    answer('get', 'order/', { data: pageOf([aListedOrder()]) })
    await list()

    expect(await screen.findByRole('button', { name: '改用微信支付' })).toBeEnabled()
    expect(screen.queryByRole('button', { name: '继续支付' })).toBeNull()
  })

  it('cancels only after a confirmation, and reloads the list', async () => {
    const reads = answer('get', 'order/', { data: pageOf([aListedOrder()]) })
    const cancels = answer('post', 'order/01M825K83G/cancel/', { data: null })
    await list()
    const button = await screen.findByRole('button', { name: '取消订单' })

    confirm.mockResolvedValueOnce(false)
    await userEvent.click(button)
    expect(cancels).toHaveLength(0)
    confirm.mockResolvedValueOnce(true)
    await userEvent.click(button)

    await vi.waitFor(() => expect(reads).toHaveLength(2))
    expect(cancels).toHaveLength(1)
  })

  it('does not offer to pay an expired order', async () => {
    answer('get', 'order/', { data: pageOf([aListedOrder({ expires_at: soon(-5) })]) })
    await list()

    expect(await screen.findByText(/支付时间已过/)).toBeVisible()
    expect(screen.queryByRole('button', { name: '继续支付' })).toBeNull()
  })

  it('offers to pay as long as the server waits, also on a computer whose clock is half an hour fast', async () => {
    vi.mocked(serverNow).mockImplementation(() => Date.now() - 30 * 60_000)
    answer('get', 'order/', { data: pageOf([aListedOrder({ expires_at: soon(-60) })]) })
    await list()

    expect(await screen.findByRole('timer')).toHaveTextContent(/00:(28|29):\d\d/)
    expect(screen.getByRole('button', { name: '继续支付' })).toBeEnabled()
  })

  it('is filtered by the status in the query string', async () => {
    const reads = answer('get', 'order/', { data: pageOf([]) })
    const { router } = await list('/user/orders?page=2')

    await userEvent.click(await screen.findByRole('button', { name: '未支付' }))

    await vi.waitFor(() => expect(reads.at(-1)?.url.search).toBe('?order_status=0&page=1'))
    expect(router.currentRoute.value.fullPath).toBe('/user/orders?status=0')
    expect(await screen.findByRole('status')).toHaveTextContent('没有这种状态的订单')
  })

  it('offers a retry after an error', async () => {
    answer('get', 'order/', { status: 503, msg: '服务暂时不可用' })
    await list()
    expect(await screen.findByRole('alert')).toHaveTextContent('服务暂时不可用')

    answer('get', 'order/', { data: pageOf([aListedOrder()]) })
    await userEvent.click(screen.getByRole('button', { name: '重试' }))

    expect(await screen.findByRole('article')).toBeVisible()
  })
})
