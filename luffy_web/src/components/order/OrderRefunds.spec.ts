import userEvent from '@testing-library/user-event'
import { fireEvent, screen, within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { useConfirm } from '@/composables/base/useConfirm'
import { useNotice } from '@/composables/base/useNotice'
import { show } from '@/testing/mounting'
import { anOrderDetail, aRefund } from '@/testing/samples'
import { answer } from '@/testing/server'
import { OrderStatus, RefundState, type OrderDetail } from '@/types'

import OrderRefunds from './OrderRefunds.vue'

const REFUND = 'order/01M825K83G/refund/'
const [CRAWLER, DOCKER] = [9, 12]

const refunds = (changes: Partial<OrderDetail> = {}) =>
  show(OrderRefunds, { loggedIn: true, props: { order: anOrderDetail(changes) } })

/** An order of two courses, of which the second one was watched too far. */
const twoCourses = (): Partial<OrderDetail> => {
  const { courses, refund_options } = anOrderDetail()
  const [crawler] = courses
  if (!crawler) throw new Error('The sample has no course.')
  return {
    courses: [crawler, { ...crawler, id: DOCKER, name: 'Docker 部署', real_price: '60.00' }],
    refund_options: {
      ...refund_options,
      whole: { amount: '159.00', allowed: false, why: '《Docker 部署》已观看 45%', note: '' },
      lines: [
        { course: CRAWLER, amount: '99.00', allowed: true, why: '', note: '' },
        { course: DOCKER, amount: '60.00', allowed: false, why: '已观看 45%', note: '' },
      ],
    },
  }
}

async function openForm() {
  await userEvent.click(screen.getByRole('button', { name: '申请退款' }))
  return within(await screen.findByRole('dialog', { name: '申请退款' }))
}
const lastNotice = () => useNotice().notices.value.at(-1)?.text

describe('asking for a refund', () => {
  it('shows the rule and the amount, and sends the reason', async () => {
    const calls = answer('post', REFUND, {})
    const { emitted } = await refunds()
    expect(screen.getByRole('region', { name: '退款' })).toHaveTextContent('付款后 7 天内，观看不超过 20%')

    const form = await openForm()
    expect(form.getByText('¥99.00')).toBeVisible()
    expect(form.queryByRole('radio')).toBeNull()
    await fireEvent.update(form.getByLabelText('退款原因'), ' 买错了 ')
    await userEvent.click(form.getByRole('button', { name: '提交申请' }))

    await vi.waitFor(() => expect(emitted('changed')).toHaveLength(1))
    expect(calls[0]?.body).toEqual({ reason: '买错了' })
    expect(lastNotice()).toBe('退款申请已提交，我们会尽快处理。')
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('asks for one course when the others were watched too far, and says why', async () => {
    const calls = answer('post', REFUND, {})
    await refunds(twoCourses())

    const form = await openForm()
    expect(form.getByRole('radio', { name: /《Python 爬虫实战》/ })).toBeChecked()
    expect(form.getByRole('radio', { name: /《Docker 部署》，¥60\.00 已观看 45%/ })).toBeDisabled()
    expect(form.getByRole('radio', { name: /整笔订单/ })).toBeDisabled()
    await fireEvent.update(form.getByLabelText('退款原因'), '学不动')
    await userEvent.click(form.getByRole('button', { name: '提交申请' }))

    await vi.waitFor(() => expect(calls[0]?.body).toEqual({ reason: '学不动', course: CRAWLER }))
  })

  it('needs a reason', async () => {
    const calls = answer('post', REFUND, {})
    await refunds()

    const form = await openForm()
    await fireEvent.update(form.getByLabelText('退款原因'), '  ')
    await userEvent.click(form.getByRole('button', { name: '提交申请' }))

    expect(await form.findByText('请告诉我们退款的原因')).toBeVisible()
    expect(form.getByLabelText('退款原因')).toHaveFocus()
    expect(calls).toHaveLength(0)
  })

  it('shows the refusal of the server in the form, and loads the order again', async () => {
    answer('post', REFUND, { status: 409, msg: '这笔订单已经有退款在处理中。' })
    const { emitted } = await refunds()

    const form = await openForm()
    await fireEvent.update(form.getByLabelText('退款原因'), '买错了')
    await userEvent.click(form.getByRole('button', { name: '提交申请' }))

    expect(await form.findByRole('alert')).toHaveTextContent('这笔订单已经有退款在处理中。')
    expect(form.getByLabelText('退款原因')).toHaveValue('买错了')
    expect(emitted('changed')).toHaveLength(1)
  })

  it('keeps what was typed when the form is closed', async () => {
    await refunds()
    const form = await openForm()
    await fireEvent.update(form.getByLabelText('退款原因'), '和想学的不一样')

    await userEvent.click(form.getByRole('button', { name: '再想想' }))
    expect(screen.queryByRole('dialog')).toBeNull()

    expect((await openForm()).getByLabelText('退款原因')).toHaveValue('和想学的不一样')
  })

  it('is not offered outside of the rule, and the page says why', async () => {
    const { refund_options } = anOrderDetail()
    const refused = { amount: '99.00', allowed: false, why: '付款已超过 7 天。', note: '' }
    await refunds({
      refund_options: { ...refund_options, whole: refused, lines: [{ ...refused, course: CRAWLER }] },
    })

    expect(screen.getByText('付款已超过 7 天。')).toBeVisible()
    expect(screen.queryByRole('button', { name: '申请退款' })).toBeNull()
  })
})

describe('an order of a membership', () => {
  it('says what is taken off for courses at the price for members', async () => {
    const { refund_options } = anOrderDetail()
    const note = '扣除会员期内按会员价购课少付的 5.00 元（《数据分析》5.00 元）'
    const membership = { id: 1, name: '月度会员', months: 1, days: 0, price: '30.00', product_type: 'membership' as const, product_id: 1 }
    await refunds({
      ...{ membership, courses: [] },
      refund_options: { ...refund_options, whole: { amount: '24.00', allowed: true, why: '', note }, lines: [] },
    })

    expect(screen.getByText(/按剩余的整天申请退款，会员期内按会员价购课少付的金额会从中扣除/)).toBeVisible()
    expect(screen.getByText(`${note}。`)).toBeVisible()
    const form = await openForm()
    expect(form.getByText(/审核前再按会员价购课，也会扣除/)).toBeVisible()
    expect(form.getByText('¥24.00')).toBeVisible()
  })
})

describe('an order with a refund under way', () => {
  it('asks for patience instead of saying that there is nothing', async () => {
    const { refund_options } = anOrderDetail()
    const nothing = { amount: '0.00', allowed: false, why: '没有可退的款项', note: '' }
    await refunds({
      order_status: OrderStatus.Paid,
      refunds: [aRefund({ state: RefundState.Processing })],
      refund_options: { ...refund_options, whole: nothing, lines: [{ ...nothing, course: CRAWLER }] },
    })

    expect(screen.getByText('有一笔退款正在申请或处理中，请等它结束。')).toBeVisible()
    expect(screen.queryByText('没有可退的款项')).toBeNull()
  })

  it('spares the rule when all of it went back', async () => {
    await refunds({ order_status: OrderStatus.Refunded, refunds: [aRefund({ state: RefundState.Refunded })] , refund_options: {
      ...anOrderDetail().refund_options, whole: { amount: '0.00', allowed: false, why: '没有可退的款项', note: '' }, lines: [],
    } })

    expect(screen.getByRole('region', { name: '退款' })).not.toHaveTextContent('付款后 7 天内')
  })
})

describe('the refunds of an order', () => {
  const open = aRefund({ id: 4, course: CRAWLER })
  const row = (name: RegExp) => screen.getAllByRole('article').find((article) => name.test(article.textContent ?? ''))

  it('show state, course, reason and answer', async () => {
    const rejected = { state: RefundState.Rejected, state_name: '已拒绝', answer: '课程已经学完了。' } as const
    await refunds({ refunds: [open, aRefund(rejected)] })

    expect(row(/申请中/)).toHaveTextContent('《Python 爬虫实战》')
    expect(row(/已拒绝/)).toHaveTextContent('原因：买错了回复：课程已经学完了。')
    expect(screen.getAllByRole('button', { name: '撤回申请' })).toHaveLength(1)
  })

  it('are withdrawn after a confirmation', async () => {
    const calls = answer('delete', REFUND, {})
    const { emitted } = await refunds({ refunds: [open] })

    await userEvent.click(screen.getByRole('button', { name: '撤回申请' }))
    expect(calls).toHaveLength(0)
    useConfirm().answer(true)

    await vi.waitFor(() => expect(emitted('changed')).toHaveLength(1))
    expect(calls[0]?.url.search).toBe('?course=9')
    expect(lastNotice()).toBe('退款申请已撤回。')
  })

  it('stay when the confirmation is declined', async () => {
    const calls = answer('delete', REFUND, {})
    const { emitted } = await refunds({ refunds: [open] })

    await userEvent.click(screen.getByRole('button', { name: '撤回申请' }))
    useConfirm().answer(false)
    await vi.waitFor(() => expect(screen.getByRole('button', { name: '撤回申请' })).toHaveAttribute('aria-busy', 'false'))

    expect(calls).toHaveLength(0)
    expect(emitted('changed')).toBeUndefined()
  })

  it('are loaded again when somebody has decided meanwhile', async () => {
    answer('delete', REFUND, { status: 409, msg: '这笔退款已经在处理，不能撤回。' })
    const { emitted } = await refunds({ refunds: [open] })

    await userEvent.click(screen.getByRole('button', { name: '撤回申请' }))
    useConfirm().answer(true)

    await vi.waitFor(() => expect(emitted('changed')).toHaveLength(1))
    expect(lastNotice()).toBe('这笔退款已经在处理，不能撤回。')
  })
})
