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

    expect(await screen.findByText(/无门槛 · 全部课程 · 有效期至/)).toBeVisible()
    expect(screen.getByRole('link', { name: '订单待付款' })).toHaveAttribute('href', '/user/orders')
    await userEvent.click(screen.getByRole('button', { name: '已过期' }))
    await vi.waitFor(() => expect(asked).toHaveLength(2))
    expect(asked[1]?.url.searchParams.get('state')).toBe('expired')
    expect(router.currentRoute.value.query).toEqual({ state: 'expired' })
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
