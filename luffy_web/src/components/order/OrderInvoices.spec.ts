import userEvent from '@testing-library/user-event'
import { fireEvent, screen, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { anInvoice, anInvoiceableOrder, pageOf } from '@/testing/samples'
import { answer, server } from '@/testing/server'
import { InvoiceState } from '@/types'

import OrderInvoices from './OrderInvoices.vue'

const { saveAsFile, device } = vi.hoisted(() => ({ saveAsFile: vi.fn(), device: vi.fn() }))
vi.mock('@/composables/base/device', () => ({ device }))
vi.mock('@/composables/base/saveAsFile', () => ({ saveAsFile }))

const paid = (out_trade_no: string) => anInvoiceableOrder({ out_trade_no })
const issued = anInvoice({ state: InvoiceState.Issued, state_name: '已开具', number: '26317000001', has_file: true })

async function list(invoices = [issued], orders = [paid('B')], { at = '/user/invoices', count = invoices.length } = {}) {
  const reads = answer('get', 'order/invoice/', { data: pageOf(invoices, count) })
  answer('get', 'order/invoice/orders/', { data: pageOf(orders) })
  const { router } = await show(OrderInvoices, { at, loggedIn: true })
  useSessionStore()
  return Object.assign(reads, { router })
}

async function openForm() {
  await userEvent.click(await screen.findByRole('button', { name: '申请发票' }))
  return within(screen.getByRole('dialog', { name: '申请发票' }))
}

describe('OrderInvoices', () => {
  beforeEach(() => {
    saveAsFile.mockReset()
    device.mockReturnValue('desktop')
  })

  it('shows state, number, reason and orders', async () => {
    await list([issued, anInvoice({ id: 6, state: InvoiceState.Rejected, state_name: '已拒绝', reason: '抬头有误' })])

    const [first, second] = await screen.findAllByRole('article')
    expect(first).toHaveTextContent('已开具¥99.00张小帆（个人）')
    expect(first).toHaveTextContent('申请，发票号码 26317000001')
    expect(within(first as HTMLElement).getByRole('link', { name: '01M825K83G' })).toHaveAttribute('href', '/user/orders/01M825K83G')
    expect(second).toHaveTextContent('说明：抬头有误')
    expect(within(second as HTMLElement).queryByRole('button', { name: '下载 PDF' })).toBeNull()
  })

  it('has pages, and starts on the one in the address', async () => {
    const reads = await list([issued], [], { at: '/user/invoices?page=2', count: 23 })
    const pager = within(await screen.findByRole('navigation', { name: '分页' }))
    expect(pager.getByRole('button', { name: '第 2 页' })).toHaveAttribute('aria-current', 'page')

    await userEvent.click(pager.getByRole('button', { name: '下一页' }))

    await vi.waitFor(() => expect(reads.map(({ url }) => url.search)).toEqual(['?page=2', '?page=3']))
    expect(reads.router.currentRoute.value.fullPath).toBe('/user/invoices?page=3')
  })

  it('shows a new invoice on the first page', async () => {
    answer('post', 'order/invoice/', {})
    const reads = await list([issued], [paid('B')], { at: '/user/invoices?page=2', count: 23 })
    const form = await openForm()
    await fireEvent.update(form.getByLabelText('姓名'), '张小帆')

    await userEvent.type(form.getByLabelText('接收邮箱'), 'fan@example.com{Enter}')

    await vi.waitFor(() => expect(reads.map(({ url }) => url.search)).toEqual(['?page=2', '?page=1']))
  })

  it('downloads the document with the token of the session', async () => {
    let token: string | null = null
    server.use(
      http.get('*/api/v1/order/invoice/5/file/', ({ request }) => {
        token = request.headers.get('Authorization')
        return new HttpResponse('%PDF-1.7', { headers: { 'Content-Type': 'application/pdf' } })
      }),
    )
    await list()

    await userEvent.click(await screen.findByRole('button', { name: '下载 PDF' }))

    await vi.waitFor(() => expect(saveAsFile).toHaveBeenCalledWith('发票-26317000001.pdf', expect.objectContaining({ size: 8 })))
    expect(token).toBe('jwt token-1')
  })

  it('says how to download inside WeChat, which keeps no files', async () => {
    device.mockReturnValue('wechat')
    await list()

    await userEvent.click(await screen.findByRole('button', { name: '下载 PDF' }))

    expect(useNotice().notices.value.at(-1)?.text).toContain('在浏览器打开')
    expect(saveAsFile).not.toHaveBeenCalled()
  })

  it.each([
    [{ status: 404, msg: '发票尚未开具' }, '发票尚未开具'],
    [{ status: 503, msg: '存储服务暂时不可用，请稍后再试' }, '存储服务暂时不可用，请稍后再试'],
  ])('says why a document cannot be had', async (reply, sentence) => {
    answer('get', 'order/invoice/5/file/', reply)
    await list()

    await userEvent.click(await screen.findByRole('button', { name: '下载 PDF' }))

    await vi.waitFor(() => expect(useNotice().notices.value.at(-1)?.text).toBe(sentence))
  })

  it('asks for one invoice over the orders that have none', async () => {
    const calls = answer('post', 'order/invoice/', {})
    const reads = await list([issued], [paid('B'), paid('C')])
    const form = await openForm()
    expect(form.getAllByRole('checkbox')).toHaveLength(2)

    await userEvent.click(form.getByRole('radio', { name: '企业' }))
    await fireEvent.update(form.getByLabelText('企业名称'), '测试科技有限公司')
    await fireEvent.update(form.getByLabelText(/税号/), '9144 0300 7152 6726 xg')
    await fireEvent.update(form.getByLabelText('接收邮箱'), 'tax@example.com')
    await userEvent.click(form.getByRole('button', { name: '提交申请' }))

    await vi.waitFor(() => expect(reads).toHaveLength(2))
    expect(calls[0]?.body).toEqual({
      orders: ['B', 'C'],
      kind: 2,
      title: '测试科技有限公司',
      tax_number: '9144030071526726XG',
      email: 'tax@example.com',
    })
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('shows the sum of the orders that are chosen', async () => {
    const orders = [anInvoiceableOrder({ out_trade_no: 'B', amount: '19.99' }), anInvoiceableOrder({ out_trade_no: 'C', amount: '0.11' })]
    await list([], orders)
    const form = await openForm()
    const amount = form.getByText('开票金额').closest('p')
    expect(amount).toHaveTextContent('¥20.10')

    const [first, second] = form.getAllByRole('checkbox')
    await userEvent.click(first as HTMLElement)
    expect(amount).toHaveTextContent('¥0.11')
    await userEvent.click(second as HTMLElement)
    expect(amount).toHaveTextContent('¥0.00')
  })

  it('sends no tax number for a person', async () => {
    const calls = answer('post', 'order/invoice/', {})
    await list([])
    const form = await openForm()

    await fireEvent.update(form.getByLabelText('姓名'), '张小帆')
    await userEvent.type(form.getByLabelText('接收邮箱'), 'fan@example.com{Enter}')

    await vi.waitFor(() => expect(calls[0]?.body).toMatchObject({ kind: 1, title: '张小帆', tax_number: '' }))
  })

  it('points at every field that is missing or wrong', async () => {
    const calls = answer('post', 'order/invoice/', {})
    await list([])
    const form = await openForm()

    await userEvent.click(form.getByRole('radio', { name: '企业' }))
    await fireEvent.update(form.getByLabelText(/税号/), '9144030071526726XA')
    await fireEvent.update(form.getByLabelText('接收邮箱'), 'tax@')
    await userEvent.click(form.getByRole('button', { name: '提交申请' }))

    expect(form.getByText('请填写发票抬头，至少两个字')).toBeVisible()
    expect(form.getByText('税号有误，请对照营业执照逐位核对')).toBeVisible()
    expect(form.getByText('请输入接收发票的邮箱')).toBeVisible()
    expect(calls).toHaveLength(0)
  })

  it('needs an order', async () => {
    const calls = answer('post', 'order/invoice/', {})
    await list([], [paid('B')])
    const form = await openForm()
    await fireEvent.update(form.getByLabelText('姓名'), '张小帆')
    await fireEvent.update(form.getByLabelText('接收邮箱'), 'fan@example.com')

    await userEvent.click(form.getByRole('checkbox'))
    await userEvent.click(form.getByRole('button', { name: '提交申请' }))

    expect(await form.findByRole('alert')).toHaveTextContent('请至少选择一笔订单')
    expect(calls).toHaveLength(0)
  })

  it('keeps what was typed when another tab was faster, and goes on without that order', async () => {
    answer('post', 'order/invoice/', { status: 409, msg: '订单已申请过发票', errors: { orders: ['B'] } })
    await list([], [paid('B'), paid('C')])
    const form = await openForm()
    await fireEvent.update(form.getByLabelText('姓名'), '张小帆')
    await fireEvent.update(form.getByLabelText('接收邮箱'), 'fan@example.com')
    answer('get', 'order/invoice/orders/', { data: pageOf([paid('C')]) })

    await userEvent.click(form.getByRole('button', { name: '提交申请' }))
    expect(await form.findByRole('alert')).toHaveTextContent('订单已申请过发票')
    await vi.waitFor(() => expect(form.getAllByRole('checkbox')).toHaveLength(1))
    expect(form.getByLabelText('姓名')).toHaveValue('张小帆')

    const calls = answer('post', 'order/invoice/', {})
    await userEvent.click(form.getByRole('button', { name: '提交申请' }))
    await vi.waitFor(() => expect(calls[0]?.body).toMatchObject({ orders: ['C'], title: '张小帆' }))
  })

  it('keeps the sentence of a refusal when no order is left', async () => {
    answer('post', 'order/invoice/', { status: 409, msg: '订单已申请过发票', errors: { orders: ['B'] } })
    await list([], [paid('B')])
    const form = await openForm()
    await fireEvent.update(form.getByLabelText('姓名'), '张小帆')
    await fireEvent.update(form.getByLabelText('接收邮箱'), 'fan@example.com')
    answer('get', 'order/invoice/orders/', { data: pageOf([]) })

    await userEvent.click(form.getByRole('button', { name: '提交申请' }))

    await vi.waitFor(() => expect(form.queryByRole('checkbox')).toBeNull())
    expect(form.getByRole('alert')).toHaveTextContent('订单已申请过发票')
  })

  it('says when there are none, and offers a retry after an error', async () => {
    answer('get', 'order/invoice/orders/', { data: pageOf([]) })
    answer('get', 'order/invoice/', { status: 503, msg: '服务暂时不可用' })
    await show(OrderInvoices, { loggedIn: true })
    expect(await screen.findByRole('alert')).toHaveTextContent('服务暂时不可用')

    answer('get', 'order/invoice/', { data: pageOf([]) })
    await userEvent.click(screen.getByRole('button', { name: '重试' }))

    expect(await screen.findByText('您还没有申请过发票。')).toBeVisible()
  })
})
