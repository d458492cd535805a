import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import PromotionVip from './PromotionVip.vue'
import PromotionVipHint from './PromotionVipHint.vue'

const leave = vi.hoisted(() => vi.fn(() => Promise.resolve(true)))
vi.mock('@/composables/base/useLeave', () => ({ useLeave: () => ({ leaveFor: leave }) }))

const order = { out_trade_no: 'N1', pay_type: 1, total_amount: '299.00', expires_at: '2099-01-01T00:00:00Z' }
const cashier = { extra: { pay_url: 'https://cashier.example/N1', qr_code: null, jsapi: null } }
const term = { brief: '', months: 1, days: 0, price: '30.00' }
const offer = {
  terms: [
    { ...term, id: 1, name: '月度会员' },
    { ...term, id: 2, name: '年度会员', months: 12, price: '299.00', brief: '平均每天不到一元' },
  ],
  course_count: 8,
}
const period = {
  ...{ out_trade_no: 'N0', name: '月度会员', price: '30.00', days: 30, created_time: '2026-11-22T09:00:00Z' },
  ...{ starts_at: '2026-11-22T09:00:00Z', ends_at: '2099-01-01T00:00:00Z', ended_at: null },
}
const member = { ends_at: '2099-01-01T00:00:00Z', periods: [period] }

async function page(loggedIn = true) {
  const asked = answer('get', 'promotion/membership/', { data: offer })
  await show(PromotionVip, { loggedIn })
  return asked
}

describe('PromotionVip', () => {
  it('sells the chosen term at the price that is shown', async () => {
    await page()
    const placed = answer('post', 'order/pay/', { data: order, ...cashier })

    expect(await screen.findByText(/免费学习全部/)).toHaveTextContent('全部 8 门 VIP 专享课程')
    await userEvent.click(screen.getByRole('radio', { name: /年度会员/ }))
    await userEvent.click(screen.getByRole('button', { name: '开通会员' }))

    await vi.waitFor(() => expect(leave).toHaveBeenCalledWith('https://cashier.example/N1'))
    expect(placed[0]?.body).toMatchObject({ membership: 2, total_amount: '299.00', subject: '年度会员' })
    expect(placed[0]?.body).not.toHaveProperty('courses')
  })

  it('says when mine ends, what I bought, and renews it', async () => {
    answer('get', 'promotion/membership/mine/', { data: member })
    await page()

    expect(await screen.findByText(/您是会员/)).toHaveTextContent(/2099-01-01.*到期/)
    expect(screen.getByRole('link', { name: '查看订单' })).toHaveAttribute('href', '/user/orders/N0')
    expect(screen.getByRole('button', { name: '续费会员' })).toBeVisible()
  })

  it('orders nothing at another price than the one that was seen', async () => {
    const asked = await page()
    answer('post', 'order/pay/', { status: 409, code: 4001, msg: '价格有误', errors: { total_amount: ['31.00'] } })

    await userEvent.click(await screen.findByRole('button', { name: '开通会员' }))

    expect(await screen.findByText(/没有产生任何扣款/)).toBeVisible()
    expect(asked.length).toBeGreaterThan(1)
  })

  it('says so when nothing is sold', async () => {
    await show(PromotionVip, { loggedIn: false })

    expect(await screen.findByText('学校现在没有在售的会员套餐。')).toBeVisible()
  })
})

describe('PromotionVipHint', () => {
  it('leads others to the page of memberships, and lets a member open the course', async () => {
    answer('get', 'promotion/membership/', { data: offer })
    const { unmount } = await show(PromotionVipHint, { loggedIn: false, props: { courseId: 9 } })
    expect(await screen.findByRole('link', { name: '开通会员' })).toHaveAttribute('href', '/vip')
    unmount()

    answer('get', 'promotion/membership/mine/', { data: member })
    const joined = answer('post', 'promotion/membership/course/9/', { data: null })
    const { router } = await show(PromotionVipHint, { loggedIn: true, props: { courseId: 9 } })
    await userEvent.click(await screen.findByRole('button', { name: '会员免费学习' }))

    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/learn/9'))
    expect(joined).toHaveLength(1)
  })
})
