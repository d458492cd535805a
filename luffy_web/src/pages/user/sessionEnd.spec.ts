import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'

import CommunityNotes from '@/components/community/CommunityNotes.vue'
import CommunityRatingsForm from '@/components/community/CommunityRatingsForm.vue'
import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { anInvoiceableOrder, anOrderDetail, aSession, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'
import { OrderStatus } from '@/types'

import MyCouponsPage from './MyCouponsPage.vue'
import MyInvoicesPage from './MyInvoicesPage.vue'
import MyOrderPage from './MyOrderPage.vue'
import MyProfilePage from './MyProfilePage.vue'

const REFUND = 'order/01M825K83G/refund/'
const LOGIN_AGAIN = { status: 401, msg: '登录已过期，请重新登录。' }
const ENDED = 'jwt token-1'

/** The server knows the first token no more: it takes only the one of the next login. */
const endedWhenSent = (method: 'post' | 'patch' | 'put', path: string, data = {}) =>
  answer(method, path, ({ token }) => (token === ENDED ? LOGIN_AGAIN : { data }))

const logIn = (id = 1) =>
  useSessionStore().start(aSession({ token: `token-of-${id}`, user: { ...aSession().user, id } }))
const logInAsBefore = () => useSessionStore().start(aSession())
const lastNotice = () => useNotice().notices.value.at(-1)?.text
const loginIsAsked = () => vi.waitFor(() => expect(useSessionStore().loginMode).toBe('login'))

describe('a session that ends while a refund is asked for', () => {
  const order = anOrderDetail({ order_status: OrderStatus.Paid, order_status_name: '已支付', pay_time: '2026-11-22T09:05:00Z' })

  beforeEach(() => {
    answer('get', 'order/01M825K83G/', { data: order })
    answer('get', 'order/invoice/', { data: pageOf([]) })
    answer('get', 'order/invoice/orders/', { data: pageOf([]) })
  })

  async function typeReason() {
    await show(MyOrderPage, { loggedIn: true, props: { outTradeNo: '01M825K83G' } })
    await userEvent.click(await screen.findByRole('button', { name: '申请退款' }))
    await userEvent.type(screen.getByLabelText('退款原因'), '买错了')
  }
  const send = () => userEvent.click(screen.getByRole('button', { name: '提交申请' }))

  it('takes the page away, and sends what was typed after the login', async () => {
    const calls = endedWhenSent('post', REFUND)
    await typeReason()

    await send()
    await loginIsAsked()
    expect(await screen.findByText('登录后就能看到这一页。')).toBeVisible()
    expect(screen.queryByLabelText('退款原因')).toBeNull()
    logIn()

    await vi.waitFor(() => expect(lastNotice()).toBe('退款申请已提交，我们会尽快处理。'))
    expect(calls.map(({ token, body }) => [token, body])).toEqual([
      [ENDED, { reason: '买错了' }],
      ['jwt token-of-1', { reason: '买错了' }],
    ])
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('brings the form back when nothing was sent yet', async () => {
    const calls = answer('post', REFUND, {})
    await typeReason()

    useSessionStore().end()
    expect(await screen.findByText('登录后就能看到这一页。')).toBeVisible()
    logIn()

    expect(await screen.findByLabelText('退款原因')).toHaveValue('买错了')
    expect(calls).toHaveLength(0)
    await send()
    await vi.waitFor(() => expect(calls[0]?.body).toEqual({ reason: '买错了' }))
  })

  it('brings the form back, and leaves the sending to the student who had turned away from the login', async () => {
    const calls = endedWhenSent('post', REFUND)
    await typeReason()
    await send()
    await loginIsAsked()

    useSessionStore().turnAway()
    await Promise.resolve()
    logIn()

    expect(await screen.findByLabelText('退款原因')).toHaveValue('买错了')
    expect(calls).toHaveLength(1)
  })

  it('shows nothing of it to another student, also not later', async () => {
    const calls = endedWhenSent('post', REFUND)
    await typeReason()
    await send()
    await loginIsAsked()

    logIn(2)
    expect(await screen.findByRole('button', { name: '申请退款' })).toBeVisible()
    expect(screen.queryByLabelText('退款原因')).toBeNull()
    logIn(1)
    await nextTick()

    await userEvent.click(await screen.findByRole('button', { name: '申请退款' }))
    expect(screen.getByLabelText('退款原因')).toHaveValue('')
    expect(calls).toHaveLength(1)
  })
})

describe('a session that ends while something else is sent', () => {
  it('keeps the orders that were chosen for an invoice', async () => {
    answer('get', 'order/invoice/', { data: pageOf([]) })
    answer('get', 'order/invoice/orders/', { data: pageOf(['A', 'B'].map((out_trade_no) => anInvoiceableOrder({ out_trade_no, subject: out_trade_no }))) })
    const calls = endedWhenSent('post', 'order/invoice/')
    await show(MyInvoicesPage, { loggedIn: true })
    await userEvent.click(await screen.findByRole('button', { name: '申请发票' }))
    const form = within(screen.getByRole('dialog', { name: '申请发票' }))
    await userEvent.click(form.getByRole('checkbox', { name: /^A/ }))
    await userEvent.type(form.getByLabelText('姓名'), '张小帆')
    await userEvent.type(form.getByLabelText('接收邮箱'), 'fan@example.com')

    await userEvent.click(form.getByRole('button', { name: '提交申请' }))
    await loginIsAsked()
    logIn()

    await vi.waitFor(() => expect(calls).toHaveLength(2))
    expect(calls[1]?.body).toEqual({ orders: ['B'], kind: 1, title: '张小帆', tax_number: '', email: 'fan@example.com' })
  })

  it('keeps the changes of a profile', async () => {
    const profile = { ...aSession().user, signature: '', email: null }
    answer('get', 'user/profile/', { data: profile })
    const calls = endedWhenSent('patch', 'user/profile/', { ...profile, signature: '慢慢来' })
    await show(MyProfilePage, { loggedIn: true })
    await userEvent.type(await screen.findByLabelText('个性签名'), '慢慢来')

    await userEvent.click(screen.getByRole('button', { name: '保存资料' }))
    await loginIsAsked()
    logIn()

    await vi.waitFor(() => expect(lastNotice()).toBe('资料已保存。'))
    expect(calls[1]?.body).toEqual({ nickname: '小帆', signature: '慢慢来', email: null })
    expect(screen.getByLabelText('个性签名')).toHaveValue('慢慢来')
  })
})

describe('a session that ends', () => {
  it('keeps a code, and sends it after the login', async () => {
    answer('get', 'promotion/coupon/', { data: pageOf([]) })
    const calls = endedWhenSent('post', 'promotion/code/', { coupon: null, course: { id: 9, name: 'Go' } })
    await show(MyCouponsPage, { loggedIn: true })
    await userEvent.type(screen.getByLabelText('兑换码'), 'ABCD-EFGH')

    await userEvent.click(screen.getByRole('button', { name: '兑换' }))
    await loginIsAsked()
    expect(screen.queryByLabelText('兑换码')).toBeNull()
    logIn()

    expect(await screen.findByText(/已开通课程/)).toBeVisible()
    expect(calls.map(({ body }) => body)).toEqual([{ code: 'ABCD-EFGH' }, { code: 'ABCD-EFGH' }])
  })

  it('keeps a note for its student, and not for another one', async () => {
    answer('get', 'community/note/', { data: pageOf([]) })
    const open = () => show(CommunityNotes, { loggedIn: true, props: { courseId: 9, sectionId: 5 } })
    const field = () => screen.getByRole('textbox', { name: '写笔记' })
    const first = await open()
    await userEvent.type(field(), '冒号')
    useSessionStore().end()
    first.unmount()

    const again = await open()
    expect(field()).toHaveValue('冒号')
    useSessionStore().end()
    again.unmount()
    localStorage.setItem('luffy.session', JSON.stringify(aSession({ user: { ...aSession().user, id: 2 } })))
    await show(CommunityNotes, { props: { courseId: 9, sectionId: 5 } })
    expect(field()).toHaveValue('')
  })

  it('keeps a note that was being sent, if nobody logs in then', async () => {
    answer('get', 'community/note/', { data: pageOf([]) })
    endedWhenSent('post', 'community/section/5/note/', {})
    const open = () => show(CommunityNotes, { loggedIn: true, props: { courseId: 9, sectionId: 5 } })
    const field = () => screen.getByRole('textbox', { name: '写笔记' })
    const first = await open()
    await userEvent.type(field(), '冒号')
    await userEvent.click(screen.getByRole('button', { name: '保存笔记' }))
    await loginIsAsked()
    first.unmount()
    useSessionStore().turnAway()
    await nextTick()

    await open()
    await vi.waitFor(() => expect(field()).toHaveValue('冒号'))
  })

  it('keeps a rating, and sends what was typed after the login', async () => {
    answer('get', 'community/course/9/rating/', { data: { may_rate: true, rating: null } })
    const calls = endedWhenSent('put', 'community/course/9/rating/', { may_rate: true, rating: null })
    await show(CommunityRatingsForm, { loggedIn: true, props: { courseId: 9, near: true } })
    await userEvent.click(await screen.findByRole('radio', { name: /4 星/ }))
    await userEvent.type(screen.getByLabelText(/说说您的感受/), '讲得很清楚')

    useSessionStore().end()
    await nextTick()
    logIn()
    expect(await screen.findByDisplayValue('讲得很清楚')).toBeVisible()
    logInAsBefore()
    await userEvent.click(screen.getByRole('button', { name: '发布评价' }))
    await loginIsAsked()
    logIn()

    await vi.waitFor(() => expect(calls).toHaveLength(2))
    expect(calls.map(({ body }) => body)).toEqual([{ stars: 4, text: '讲得很清楚' }, { stars: 4, text: '讲得很清楚' }])
  })
})
