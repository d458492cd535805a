import userEvent from '@testing-library/user-event'
import { fireEvent, screen, within } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'

import { show } from '@/testing/mounting'
import { anInvoice, anInvoiceableOrder, anOrder, aRefund, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'
import { InvoiceState, OrderStatus, RefundState, type Refund } from '@/types'

import OrderInvoice from './OrderInvoice.vue'

async function invoice(invoices: ReturnType<typeof anInvoice>[], offered = [anInvoiceableOrder()], refunds: Refund[] = []) {
  const reads = answer('get', 'order/invoice/', { data: pageOf(invoices) })
  const offers = answer('get', 'order/invoice/orders/', { data: pageOf(offered) })
  const view = await show(OrderInvoice, { loggedIn: true, props: { order: anOrder({ order_status: OrderStatus.Paid, refunds }) } })
  return { ...view, reads, offers }
}
const ask = () => screen.queryByRole('button', { name: '申请发票' })

describe('OrderInvoice', () => {
  it('says the amount, asks for an invoice of this order, and then shows it', async () => {
    const calls = answer('post', 'order/invoice/', {})
    const { reads, offers } = await invoice([], [anInvoiceableOrder({ amount: '89.01' })])
    await userEvent.click(await screen.findByRole('button', { name: '申请发票' }))
    const form = within(screen.getByRole('dialog'))
    expect(form.getByText('开票金额').parentElement).toHaveTextContent('¥89.01')
    await fireEvent.update(form.getByLabelText('姓名'), '张小帆')
    answer('get', 'order/invoice/', { data: pageOf([anInvoice()]) })
    answer('get', 'order/invoice/orders/', { data: pageOf([]) })

    await userEvent.type(form.getByLabelText('接收邮箱'), 'fan@example.com{Enter}')

    expect(await screen.findByRole('article', { name: '发票 张小帆' })).toHaveTextContent('申请中')
    expect(calls[0]?.body).toMatchObject({ orders: ['01M825K83G'] })
    expect([...reads, ...offers].map(({ url }) => url.searchParams.get('order'))).toEqual(['01M825K83G', '01M825K83G'])
    expect(ask()).toBeNull()
  })

  it('is asked for anew after a refusal', async () => {
    await invoice([anInvoice({ state: InvoiceState.Rejected, state_name: '已拒绝', reason: '抬头有误' })])

    expect(await screen.findByText('说明：抬头有误')).toBeVisible()
    expect(ask()).toBeEnabled()
  })

  it.each([
    ['款项已经退回，没有可以开票的金额。', RefundState.Refunded],
    ['退款处理完以后，可以为余下的金额申请发票。', RefundState.Processing],
  ])('says why nothing can be invoiced: %s', async (sentence, state) => {
    await invoice([], [], [aRefund({ state })])

    expect(await screen.findByText(sentence)).toBeVisible()
    expect(ask()).toBeNull()
  })

  it('follows its order', async () => {
    const { rerender } = await invoice([], [])
    await screen.findByText(/没有可以开票的金额/)
    answer('get', 'order/invoice/orders/', { data: pageOf([anInvoiceableOrder()]) })

    await rerender({ order: anOrder({ order_status: OrderStatus.Paid }) })

    expect(await screen.findByRole('button', { name: '申请发票' })).toBeEnabled()
  })
})
