import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { aPackage } from '@/testing/samples'
import { answer } from '@/testing/server'

import PromotionPackage from './PromotionPackage.vue'
import PromotionPackages from './PromotionPackages.vue'
import PromotionPathOf from './PromotionPathOf.vue'

const leave = vi.hoisted(() => vi.fn(() => Promise.resolve(true)))
vi.mock('@/composables/base/useLeave', () => ({ useLeave: () => ({ leaveFor: leave }) }))

const order = { out_trade_no: 'N1', pay_type: 1, total_amount: '60.00', expires_at: '2099-01-01T00:00:00Z' }
const cashier = { extra: { pay_url: 'https://cashier.example/N1', qr_code: null, jsapi: null } }

async function page(changes = {}, loggedIn = true) {
  const asked = answer('get', 'promotion/package/5/', { data: aPackage(changes) })
  await show(PromotionPackage, { loggedIn, props: { packageId: 5 } })
  return asked
}

describe('PromotionPackage', () => {
  it('says what each course costs within it and alone, and what is saved', async () => {
    await page({}, false)

    expect(await screen.findByRole('heading', { name: '数据全程' })).toBeVisible()
    expect(screen.getByRole('link', { name: '数据分析' })).toHaveAttribute('href', '/course/10')
    expect(screen.getAllByText('单买 ¥100.00')).toHaveLength(2)
    expect(screen.getByText('¥120.00')).toBeVisible()
    expect(screen.getByText('¥200.00')).toBeVisible()
    expect(screen.getByText(/退一门课程，退回它在套餐内的价格/)).toBeVisible()
  })

  it('sells the courses that the student does not have, at their shares', async () => {
    await page({ owned: [9], total_amount: '60.00', single_amount: '100.00' })
    const placed = answer('post', 'order/pay/', { data: order, ...cashier })

    expect(await screen.findByText('已拥有')).toBeVisible()
    expect(screen.getByText('其余 1 门课程')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: '购买套餐' }))

    await vi.waitFor(() => expect(leave).toHaveBeenCalledWith('https://cashier.example/N1'))
    expect(placed[0]?.body).toMatchObject({ package: 5, courses: [10], total_amount: '60.00' })
  })

  it('tells a member which price counts', async () => {
    const courses = aPackage().courses.map((course) => ({ ...course, share: '10.00', real_price: '10.00', vip_amount: '50.00' }))
    await page({ courses, total_amount: '20.00', single_amount: '20.00', is_cheaper: false })

    expect(await screen.findByText(/会员价比套餐内价格低的课程，按会员价计算/)).toBeVisible()
    expect(screen.getByText(/单独购买现在不比套餐贵/)).toBeVisible()
  })

  it('orders nothing at another price than the one that was seen, and shows the new one', async () => {
    await page()
    const again = answer('get', 'promotion/package/5/', { data: aPackage({ total_amount: '130.00' }) })
    answer('post', 'order/pay/', { status: 409, code: 4001, msg: '价格有误', errors: { total_amount: ['130.00'] } })

    await userEvent.click(await screen.findByRole('button', { name: '购买套餐' }))

    expect(await screen.findByText(/没有产生任何扣款/)).toBeVisible()
    expect(again.length).toBeGreaterThan(0)
    expect(await screen.findByText('¥130.00')).toBeVisible()
  })

  it('says why it cannot be bought, and when its courses cost no more alone', async () => {
    await page({ owned: [9, 10], total_amount: '0.00', why: '您已拥有套餐中的全部课程' })
    expect(await screen.findByText('您已拥有套餐中的全部课程')).toBeVisible()
    expect(screen.queryByRole('button', { name: '购买套餐' })).toBeNull()
    expect(screen.getByRole('link', { name: '去我的课程' })).toBeVisible()
  })

  it('says that the single prices are charged where they are not higher', async () => {
    await page({ is_cheaper: false, total_amount: '90.00', single_amount: '90.00' })

    expect(await screen.findByText('单独购买现在不比套餐贵，按单课现价合计付款。')).toBeVisible()
  })

  it('goes when it has ended while it was looked at', async () => {
    await page()
    answer('get', 'promotion/package/5/', { status: 404, code: 1004, msg: '套餐不存在或已停售' })
    answer('post', 'order/pay/', { status: 404, code: 1004, msg: '套餐不存在或已停售' })

    await userEvent.click(await screen.findByRole('button', { name: '购买套餐' }))

    expect(await screen.findByRole('heading', { name: '没有找到套餐' })).toBeInTheDocument()
  })

  it('is not there once it is off', async () => {
    answer('get', 'promotion/package/5/', { status: 404, code: 1004, msg: '套餐不存在或已停售' })
    answer('get', 'course/', { data: { results: [], count: 0 } })
    await show(PromotionPackage, { props: { packageId: 5 } })

    expect(await screen.findByRole('heading', { name: '没有找到套餐' })).toBeInTheDocument()
  })
})

describe('PromotionPackages', () => {
  it('asks once for all parts of a page, and again for another page', async () => {
    const asked = answer('get', 'promotion/package/', { data: [aPackage({ is_path: true })] })
    const first = await show(PromotionPackages, { props: { courseId: 9 } })
    const second = await show(PromotionPathOf, { props: { courseId: 9 } })

    expect(await screen.findAllByRole('link', { name: '数据全程' })).toHaveLength(2)
    expect(asked).toHaveLength(1)
    await first.rerender({ courseId: 10 })
    await vi.waitFor(() => expect(asked).toHaveLength(2))
    expect(asked[1]?.url.search).toBe('?course=10')
    first.unmount()
    second.unmount()
    await show(PromotionPackages, { props: { courseId: 9 } })
    await vi.waitFor(() => expect(asked).toHaveLength(3))
  })

  it('has nothing where they cannot be asked for', async () => {
    const asked = answer('get', 'promotion/package/', { status: 503 })
    await show(PromotionPackages, { props: { courseId: 9 } })

    await vi.waitFor(() => expect(asked).not.toHaveLength(0))
    expect(screen.queryByText('套餐购买更划算')).toBeNull()
  })

  it('leads from a course to the packages that are cheaper', async () => {
    const dear = aPackage({ id: 6, name: '贵的', is_cheaper: false })
    const asked = answer('get', 'promotion/package/', { data: [aPackage(), dear] })
    await show(PromotionPackages, { props: { courseId: 9 } })

    expect(await screen.findByText('套餐购买更划算')).toBeVisible()
    expect(screen.getByRole('link', { name: '数据全程' })).toHaveAttribute('href', '/package/5')
    expect(screen.queryByText('贵的')).toBeNull()
    expect(asked[0]?.url.search).toBe('?course=9')
  })
})
