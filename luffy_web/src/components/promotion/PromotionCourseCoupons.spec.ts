import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import CourseBuyBox from '@/components/course/CourseBuyBox.vue'
import { show } from '@/testing/mounting'
import { narrowScreen } from '@/testing/narrowScreen'
import { aCoupon, aDetail, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

const OFFERED = 'promotion/coupon/offered/'
const QUOTE = 'promotion/coupon/quote/'
const offer = (changes = {}) => ({ ...aCoupon(), mine: 0, per_student: 1, can_claim: true, ...changes })
const quote = (changes = {}) => ({
  id: 7,
  coupon: aCoupon(),
  amount: '20.00',
  total_amount: '79.00',
  why: '',
  ...changes,
})

const box = (changes = {}, loggedIn = true) => {
  answer('get', 'order/', { data: pageOf([]) })
  return show(CourseBuyBox, { loggedIn, props: { course: aDetail(changes), reload: vi.fn() } })
}
const buy = () => userEvent.click(screen.getByRole('button', { name: '立即购买' }))

describe('coupons of a course', () => {
  it('puts the best coupon on the order, or another, or none', async () => {
    const second = quote({ id: 8, coupon: aCoupon({ name: '老友券' }), amount: '10.00', total_amount: '89.00' })
    const asked = answer('post', QUOTE, { data: [quote(), second, quote({ id: 9, why: '还差 1.00 元可用' })] })
    const orders = answer('post', 'order/pay/', { status: 409, code: 4102, msg: '这张优惠券刚刚用在了另一笔订单上' })
    await box()

    expect(await screen.findByText(/用券后实付/)).toHaveTextContent('用券后实付 ¥79，已减 ¥20')
    expect(asked[0]?.body).toEqual({ courses: [9] })
    // Beside the price, where the button is.
    expect(screen.getByText('券后 ¥79')).toBeVisible()
    expect(screen.getByRole('group', { name: '使用优惠券' })).toHaveTextContent(/^新人券 省 ¥20老友券 省 ¥10不用优惠券$/)
    await buy()
    await vi.waitFor(() => expect(orders).toHaveLength(1))
    expect(orders[0]?.body).toMatchObject({ coupon: 7, total_amount: '79.00' })
    // Refused: what fits is asked for again.
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(1))

    await userEvent.click(await screen.findByRole('button', { name: /老友券/ }))
    await buy()
    await vi.waitFor(() => expect(orders).toHaveLength(2))
    expect(orders[1]?.body).toMatchObject({ coupon: 8, total_amount: '89.00' })

    await userEvent.click(await screen.findByRole('button', { name: '不用优惠券' }))
    expect(screen.queryByText(/券后 ¥/)).toBeNull()
    await buy()
    await vi.waitFor(() => expect(orders).toHaveLength(3))
    expect(orders[2]?.body).toMatchObject({ total_amount: '99.00' })
    expect(orders[2]?.body).not.toHaveProperty('coupon')
  })

  it('stands in the bar of a phone as what the button asks for', async () => {
    narrowScreen()
    answer('post', QUOTE, { data: [quote()] })
    await box()

    expect(await screen.findAllByText('券后 ¥79')).toHaveLength(2)
  })

  it('is taken with one click and used at once', async () => {
    let taken = false
    answer('get', OFFERED, () => ({ data: [offer({ can_claim: !taken })] }))
    answer('post', QUOTE, () => ({ data: taken ? [quote()] : [] }))
    const claims = answer('post', 'promotion/coupon/claim/', () => {
      taken = true
      return { status: 201, data: aCoupon() }
    })
    await box()

    await userEvent.click(await screen.findByRole('button', { name: '领取新人券' }))

    expect(await screen.findByText(/用券后实付/)).toBeVisible()
    expect(claims[0]?.body).toEqual({ coupon: 3 })
    expect(screen.queryByRole('button', { name: '领取新人券' })).toBeNull()
  })

  it('shows a visitor what there is, and an owner nothing', async () => {
    const offered = answer('get', OFFERED, { data: [offer()] })
    const quoted = answer('post', QUOTE, { data: [quote()] })
    const { unmount } = await box({}, false)
    expect(await screen.findByRole('button', { name: '领取新人券' })).toBeVisible()
    expect(quoted).toHaveLength(0)

    unmount()
    await box({ real_price: '0.00' })
    expect(offered).toHaveLength(1)
    expect(screen.queryByRole('region', { name: '优惠券' })).toBeNull()
  })
})
