import userEvent from '@testing-library/user-event'
import { fireEvent, screen, within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { anInvoice, anOrder, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'
import { InvoiceState, OrderStatus, type Order } from '@/types'

import OrderInvoice from './OrderInvoice.vue'

function invoice(invoices: ReturnType<typeof anInvoice>[], changes: Partial<Order> = {}) {
  const reads = answer('get', 'order/invoice/', { data: pageOf(invoices) })
  const order = anOrder({ order_status: OrderStatus.Paid, ...changes })
  return show(OrderInvoice, { loggedIn: true, props: { order } }).then(() => reads)
}
const ask = () => screen.queryByRole('button', { name: '申请发票' })

describe('OrderInvoice', () => {
  it('asks for an invoice of this order, and then shows it', async () => {
    const calls = answer('post', 'order/invoice/', {})
    const reads = await invoice([])
    await userEvent.click(await screen.findByRole('button', { name: '申请发票' }))
    const form = within(screen.getByRole('dialog'))
    await fireEvent.update(form.getByLabelText('姓名'), '张小帆')
    answer('get', 'order/invoice/', { data: pageOf([anInvoice()]) })

    await userEvent.type(form.getByLabelText('接收邮箱'), 'fan@example.com{Enter}')

    expect(await screen.findByRole('article', { name: '发票 张小帆' })).toHaveTextContent('申请中')
    expect(calls[0]?.body).toMatchObject({ orders: ['01M825K83G'] })
    expect(reads.map(({ url }) => url.searchParams.get('order'))).toEqual(['01M825K83G'])
    expect(ask()).toBeNull()
  })

  it('is asked for anew after a refusal', async () => {
    await invoice([anInvoice({ state: InvoiceState.Rejected, state_name: '已拒绝', reason: '抬头有误' })])

    expect(await screen.findByText('说明：抬头有误')).toBeVisible()
    expect(ask()).toBeEnabled()
  })

  it('is not offered for an order whose money went back', async () => {
    const reads = await invoice([], { order_status: OrderStatus.Refunded })

    await vi.waitFor(() => expect(reads).toHaveLength(1))
    expect(ask()).toBeNull()
  })
})
