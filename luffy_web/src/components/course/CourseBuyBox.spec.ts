import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import type { NewOrder } from '@/api/order'
import { reloadSite } from '@/composables/school/useSite'
import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { narrowScreen } from '@/testing/narrowScreen'
import { aDetail, aListedOrder, aSession, aSite, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'
import { CourseStatus } from '@/types'

import CourseBuyBox from './CourseBuyBox.vue'

const METHODS = [
  { pay_type: 1, pay_type_name: '支付宝', devices: ['desktop'] },
  { pay_type: 2, pay_type_name: '微信支付', devices: ['desktop'] },
]

const box = (changes = {}, reload = vi.fn(), orders = [] as ReturnType<typeof aListedOrder>[]) => {
  answer('get', 'order/', { data: pageOf(orders) })
  return show(CourseBuyBox, { loggedIn: true, props: { course: aDetail(changes), reload } })
}

/** Where the student was in the course. */
const place = (section_id: number | null) =>
  answer('get', 'course/9/progress/', {
    data: { course: { percent: 0, done: 0, total: 9, section_id, section_name: '', position: 0, certificate: false }, sections: [] },
  })

describe('CourseBuyBox', () => {
  it('lets an owner begin', async () => {
    const asked = place(null)
    await box({ owned: true })
    await vi.waitFor(() => expect(asked).toHaveLength(1))

    expect(screen.getByRole('link', { name: '立即学习' })).toHaveAttribute('href', '/learn/9')
    expect(screen.queryByRole('button', { name: '立即购买' })).toBeNull()
    expect(screen.queryByText(/可申请退款/)).toBeNull()
  })

  it('lets an owner continue what was begun', async () => {
    place(117)
    await box({ owned: true })

    expect(await screen.findByRole('link', { name: '继续学习' })).toHaveAttribute('href', '/learn/9')
  })

  it('leads to the certificate once everything is done', async () => {
    const course = { percent: 100, done: 9, total: 9, section_id: 117, section_name: '', position: 0, certificate: true }
    answer('get', 'course/9/progress/', { data: { course, sections: [] } })
    await box({ owned: true })

    expect(await screen.findByRole('link', { name: '结课证书' })).toHaveAttribute('href', '/user/certificates/9')
  })

  it('lets a member join free although an order waits', async () => {
    const member = { ends_at: '2099-01-01T00:00:00Z', periods: [] }
    answer('get', 'promotion/membership/', { data: { terms: [], course_count: 1 } })
    answer('get', 'promotion/membership/mine/', { data: member })
    const joined = answer('post', 'promotion/membership/course/9/', { data: null })
    const waiting = aListedOrder({ expires_at: '2099-01-01T00:00:00Z' })
    await box({ course_type: 1, real_price: '99.00' }, vi.fn(), [waiting])

    expect(await screen.findByRole('region', { name: '待支付的订单' })).toBeVisible()
    await userEvent.click(await screen.findByRole('button', { name: '会员免费学习' }))
    expect(joined).toHaveLength(1)
  })

  it('lets a member keep a course that has become free', async () => {
    place(null)
    const asked = answer('get', 'promotion/membership/course/9/', { data: { only_opened: true } })
    const joined = answer('post', 'course/9/enroll/', { data: null })
    await box({ owned: true, course_type: 1, real_price: '0.00' })

    const button = await screen.findByRole('button', { name: '免费加入' })
    answer('get', 'promotion/membership/course/9/', { data: { only_opened: false } })
    await userEvent.click(button)

    expect(joined).toHaveLength(1)
    await vi.waitFor(() => expect(screen.queryByRole('button', { name: '免费加入' })).toBeNull())
    expect(asked).toHaveLength(1)
  })

  it('asks nothing about an owned course that costs something', async () => {
    place(null)
    const asked = answer('get', 'promotion/membership/course/9/', { data: { only_opened: true } })
    await box({ owned: true, course_type: 1, real_price: '9.00' })

    expect(await screen.findByRole('link', { name: '立即学习' })).toBeVisible()
    expect(asked).toHaveLength(0)
  })

  it('sells to a member at the price for members', async () => {
    answer('get', 'promotion/membership/mine/', { data: { ends_at: '2099-01-01T00:00:00Z', periods: [] } })
    const placed = answer('post', 'order/pay/', { status: 409, msg: '价格有误', errors: { total_amount: ['99.00'] } })
    await box({ vip_price: '59.00' })

    expect(await screen.findByText('您是会员，按会员价购买。')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: '立即购买' }))

    await vi.waitFor(() => expect(placed[0]?.body).toMatchObject({ courses: [9], total_amount: '59.00' }))
  })

  it('tells others what a member pays, and how to become one', async () => {
    const term = { id: 1, name: '月度会员', brief: '', months: 1, days: 0, price: '30.00' }
    answer('get', 'promotion/membership/', { data: { terms: [term], course_count: 8 } })
    const placed = answer('post', 'order/pay/', { status: 409, msg: '价格有误', errors: { total_amount: ['99.00'] } })
    await box({ vip_price: '59.00' })

    expect(await screen.findByText('会员购买这门课程只需 ¥59')).toBeVisible()
    expect(screen.getByRole('link', { name: '开通会员' })).toHaveAttribute('href', '/vip')
    await userEvent.click(screen.getByRole('button', { name: '立即购买' }))

    await vi.waitFor(() => expect(placed[0]?.body).toMatchObject({ total_amount: '99.00' }))
  })

  it('says for how long it may be studied, and orders for so long', async () => {
    const placed = answer('post', 'order/pay/', { status: 409, msg: '学习期限变了', errors: { study_months: ['学习期限变了'] } })
    const reload = vi.fn()
    await box({ study_months: 6 }, reload)

    expect(screen.getByText('购买后 6 个月内学习')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: '立即购买' }))

    await vi.waitFor(() => expect(placed[0]?.body).toMatchObject({ courses: [9], study_months: [6] }))
    await vi.waitFor(() => expect(reload).toHaveBeenCalled())
  })

  it('asks about a membership only where it matters', async () => {
    place(null)
    const asked = answer('get', 'promotion/membership/mine/', { data: { ends_at: null, periods: [] } })
    await box()
    await box({ vip_price: '59.00', owned: true })

    expect(asked).toHaveLength(0)
  })

  it('says what the price includes: refund, invoice, and whom to ask', async () => {
    await box()

    expect(screen.getByText(/付款后 7 天内、观看不超过 20% 可申请退款 · 付款后可申请发票/)).toBeVisible()
    expect(screen.queryByText('联系客服')).toBeNull()

    const service = { phone: '400-123-4567', hours: '', wechat_qr: null }
    answer('get', 'home/site/', { data: aSite({ service, refund_policy: { days: 0, watched_percent: 20 } }) })
    await reloadSite()
    expect(await screen.findByText(/退款请联系客服/)).toBeVisible()
    expect(await screen.findByRole('link', { name: '400-123-4567', hidden: true })).toHaveAttribute('href', 'tel:400-123-4567')

    answer('get', 'home/site/', { data: aSite() })
    await reloadSite()
  })

  it.each<[0 | 1 | 2, string, string, string]>([
    [1, 'VIP专享', '99.00', '不需要开通会员，购买后就能学习全部课时。'],
    [1, 'VIP专享', '0.00', '不需要开通会员，加入后就能学习全部课时。'],
    [2, '学位课程', '99.00', '购买后就能学习全部课时，没有后续费用。'],
  ])('says what type %s means for a buyer', async (course_type, course_type_name, real_price, text) => {
    const { rerender } = await box({ course_type, course_type_name, real_price })
    expect(screen.getByText(text)).toBeVisible()

    place(null)
    await rerender({ course: aDetail({ course_type, course_type_name, owned: true }) })
    expect(screen.queryByText(text)).toBeNull()
  })

  it('asks again for course and order when the visitor comes back from another tab', async () => {
    const reload = vi.fn()
    await box({}, reload)
    vi.useFakeTimers()
    const state = vi.spyOn(document, 'visibilityState', 'get')

    for (const each of ['hidden', 'visible'] as const) {
      state.mockReturnValue(each)
      document.dispatchEvent(new Event('visibilitychange'))
      vi.advanceTimersByTime(5000)
    }

    expect(reload).toHaveBeenCalledOnce()
    vi.useRealTimers()
  })

  it('is where an address leads that names the price', async () => {
    const scrolled = vi.spyOn(Element.prototype, 'scrollIntoView')
    const props = { course: aDetail(), reload: vi.fn() }

    await show(CourseBuyBox, { at: '/course/9', props })
    expect(scrolled).not.toHaveBeenCalled()
    await show(CourseBuyBox, { at: '/course/9#price', props })
    expect(scrolled).toHaveBeenCalledOnce()
  })

  it('does not sell what is not on sale', async () => {
    await box({ status: CourseStatus.Soon })

    expect(screen.getByRole('button', { name: /即将上线/ })).toBeDisabled()
  })

  it('offers the pending order', async () => {
    const calls = answer('post', 'order/:number/cancel/', {})
    const reload = vi.fn()
    await box({}, reload, [aListedOrder()])

    const waiting = await screen.findByRole('region', { name: '待支付的订单' })

    expect(waiting).toHaveTextContent('¥99')
    expect(await screen.findByRole('button', { name: '继续支付' })).toBeEnabled()
    expect(screen.queryByRole('button', { name: '立即购买' })).toBeNull()
    expect(calls).toHaveLength(0)
  })

  it('offers no other payment while money that came by hand is being checked', async () => {
    await box({}, vi.fn(), [aListedOrder({ awaits_offline_payment: true })])

    expect(await screen.findByText(/学校已经登记了您的线下付款，正在核对/)).toBeVisible()
    expect(screen.queryByRole('button', { name: '继续支付' })).toBeNull()
    expect(screen.queryByRole('button', { name: '立即购买' })).toBeNull()
  })

  it('enrols in a free course and opens it', async () => {
    const calls = answer('post', 'course/9/enroll/', {})
    const { router } = await box({ real_price: '0.00' })

    await userEvent.click(screen.getByRole('button', { name: '立即学习' }))
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/learn/9'))

    expect(calls).toHaveLength(1)
  })

  it('shows the new price when it has changed', async () => {
    answer('post', 'order/pay/', { status: 409, errors: { total_amount: ['129.00'] } })
    const reload = vi.fn()
    const { rerender } = await box({}, reload)

    await userEvent.click(screen.getByRole('button', { name: '立即购买' }))
    await vi.waitFor(() => expect(reload).toHaveBeenCalled())
    await rerender({ course: aDetail({ real_price: '129.00' }) })

    expect(screen.getByRole('alert')).toHaveTextContent('现价 ¥129')
    expect(screen.getByRole('button', { name: '立即购买' })).toBeEnabled()
  })

  it('takes the price for members when whoever buys turns out to be one by logging in', async () => {
    answer('get', 'promotion/membership/mine/', { data: { ends_at: '2099-01-01T00:00:00Z', periods: [] } })
    answer('get', 'order/', { data: pageOf([]) })
    const placed = answer('post', 'order/pay/', { status: 409, msg: '价格有误', errors: { total_amount: ['59.00'] } })
    await show(CourseBuyBox, { props: { course: aDetail({ real_price: '99.00', vip_price: '59.00' }), reload: vi.fn() } })

    await userEvent.click(screen.getByRole('button', { name: '立即购买' }))
    useSessionStore().start(aSession())

    await vi.waitFor(() => expect(screen.getByRole('alert')).toHaveTextContent('现价 ¥59'))
    expect(placed.map(({ body }) => (body as NewOrder).total_amount)).toEqual(['99.00'])
    const buy = screen.getByRole('button', { name: '立即购买' })
    await vi.waitFor(() => expect(buy).toBeEnabled())
    await userEvent.click(buy)
    await vi.waitFor(() => expect(placed).toHaveLength(2))
    expect(placed[1]?.body).toMatchObject({ courses: [9], total_amount: '59.00' })
  })

  it('lets the buyer choose between the methods that the school has configured', async () => {
    answer('get', 'order/methods/', { data: METHODS })
    const calls = answer('post', 'order/pay/', { status: 409, msg: '您已拥有该课程' })
    await box()

    await userEvent.click(await screen.findByRole('button', { name: '微信支付' }))
    await userEvent.click(screen.getByRole('button', { name: '立即购买' }))

    await vi.waitFor(() => expect(calls[0]?.body).toMatchObject({ pay_type: 2 }))
  })

  it('shows no choice for what cannot be bought, and none of one method', async () => {
    const asked = answer('get', 'order/methods/', { data: METHODS })
    const { rerender } = await box({ real_price: '0.00' })
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    expect(screen.queryByRole('group', { name: '支付方式' })).toBeNull()

    await rerender({ course: aDetail() })
    expect(await screen.findByRole('group', { name: '支付方式' })).toBeVisible()
  })

  it('changes the method of the pending order', async () => {
    answer('get', 'order/methods/', { data: METHODS })
    const calls = answer('post', 'order/01M825K83G/pay/', { status: 503, msg: '暂时无法联系微信支付' })
    await box({}, vi.fn(), [aListedOrder()])

    await userEvent.click(await screen.findByRole('button', { name: '改用微信支付' }))

    await vi.waitFor(() => expect(calls[0]?.body).toEqual({ pay_type: 2, device: 'desktop' }))
  })

  it('keeps one button and the price at the bottom of a phone', async () => {
    narrowScreen()
    await box()

    const bar = screen.getByRole('button', { name: '立即购买' }).parentElement

    expect(bar).toHaveClass('dock')
    expect(bar).toHaveTextContent('¥99')
  })

  it('leads to the pending order from the bottom of a phone', async () => {
    narrowScreen()
    await box({}, vi.fn(), [aListedOrder()])

    expect(await screen.findByRole('link', { name: '去支付' })).toHaveAttribute('href', '/user/orders/01M825K83G')
    expect(screen.queryByRole('button', { name: '立即购买' })).toBeNull()
  })
})
