import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { aCoupon, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

import PromotionCoupons from './PromotionCoupons.vue'

const mine = (state = 'usable') => ({ id: 7, coupon: aCoupon(), state, created_time: '2026-11-22T09:00:00Z' })
const open = (at = '/user/coupons') => show(PromotionCoupons, { loggedIn: true, at })
const redeem = async (code: string) => {
  await userEvent.type(screen.getByLabelText('兑换码'), code)
  await userEvent.click(screen.getByRole('button', { name: '兑换' }))
}

describe('我的优惠券', () => {
  it('lists what can be used, and by state', async () => {
    const asked = answer('get', 'promotion/coupon/', { data: pageOf([mine('held')]) })
    const { router } = await open()

    expect(await screen.findByText('新人券')).toBeVisible()
    expect(screen.getByRole('listitem')).toHaveTextContent(/无门槛 · 全部课程 · 有效期至/)
    expect(screen.getByRole('link', { name: '订单待付款' })).toHaveAttribute('href', '/user/orders')
    await userEvent.click(screen.getByRole('button', { name: '已过期' }))
    await vi.waitFor(() => expect(asked).toHaveLength(2))
    expect(asked[1]?.url.searchParams.get('state')).toBe('expired')
    expect(router.currentRoute.value.query).toEqual({ state: 'expired' })
  })

  it('names the courses or categories of a coupon, and says from when it can be used', async () => {
    const targets = [
      { id: 9, name: '爬虫' },
      { id: 8, name: '画图' },
    ]
    const named = aCoupon({ scope: 4, range: '指定课程', targets, target_count: 7, starts_at: '2098-01-01T00:00:00Z' })
    const other = aCoupon({ scope: 3, range: '指定分类', targets: [{ id: 2, name: 'Python' }], target_count: 1 })
    const rows = [{ ...mine('upcoming'), coupon: named }, { ...mine(), id: 8, coupon: other }]
    const asked = answer('get', 'promotion/coupon/', { data: pageOf(rows) })
    await open('/user/coupons?state=upcoming')

    expect(await screen.findByRole('link', { name: '爬虫' })).toHaveAttribute('href', '/course/9')
    expect(screen.getByRole('link', { name: 'Python' })).toHaveAttribute('href', '/all-courses?category=2')
    const [first, second] = screen.getAllByRole('listitem')
    expect(first).toHaveTextContent('指定课程：爬虫、画图 等 7 门 · 2098-01-01 00:00 起可用')
    expect(second).toHaveTextContent('指定分类：Python · 有效期至')
    expect(asked[0]?.url.searchParams.get('state')).toBe('upcoming')
  })

  it('takes a code, which brings a coupon or opens a course, and shows a refusal at its field', async () => {
    const asked = answer('get', 'promotion/coupon/', { data: pageOf([]) })
    answer('post', 'promotion/code/', { status: 201, data: { coupon: aCoupon(), course: null } })
    await open()
    expect(await screen.findByText('您没有可以使用的优惠券。')).toBeVisible()

    await redeem('ABCD')
    expect(await screen.findByText('已获得优惠券「新人券」。')).toBeVisible()
    await vi.waitFor(() => expect(asked).toHaveLength(2))

    answer('post', 'promotion/code/', { status: 201, data: { coupon: null, course: { id: 9, name: '爬虫' } } })
    await redeem('ABCD')
    expect(await screen.findByRole('link', { name: '立即学习' })).toHaveAttribute('href', '/learn/9')

    const wrong = '兑换码无效、已使用或已过期'
    answer('post', 'promotion/code/', { status: 400, code: 4103, msg: wrong, errors: { code: [wrong] } })
    await redeem('ABCD')
    expect(await screen.findByText(wrong)).toBeVisible()
  })
})
