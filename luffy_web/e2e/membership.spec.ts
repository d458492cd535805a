import { violations } from './accessibility'
import { newStudent, payAtCashier, runInShop } from './shop'
import { expect, test } from './test'

/** Terms are those of the demo school; prints the id of a VIP course with a price. */
const PREPARE = `
from luffy_api.apps.course import selectors
from luffy_api.apps.course.models import Course
courses = list(Course.objects.on_sale().filter(course_type=1, price__gt=0).order_by("pk"))
offers = selectors.load_offers(courses)
print(next(course.pk for course in courses if offers[course.pk].real_price > 0))
`

test('a student becomes a member, studies a VIP course without buying it, and asks for the unused days', async ({ page }) => {
  await newStudent(page)
  const course = await runInShop(PREPARE)

  await page.goto(`/course/${course}`)
  await page.getByRole('link', { name: '开通会员' }).click()
  await expect(page).toHaveURL('/vip')
  const buy = page.getByRole('region', { name: '开通会员' })
  await buy.getByRole('radio', { name: /季度会员/ }).check()
  expect(await violations(page)).toEqual([])
  await buy.getByRole('button', { name: '开通会员' }).click()
  await payAtCashier(page)
  await expect(page.getByText('会员已经开通')).toBeVisible()
  await page.getByRole('link', { name: '查看会员' }).click()
  await expect(page.getByText(/您是会员/)).toBeVisible()

  await page.goto(`/course/${course}`)
  await page.getByRole('button', { name: '会员免费学习' }).click()
  await expect(page).toHaveURL(new RegExp(`/learn/${course}`))
  await page.goto('/user/courses')
  await expect(page.locator(`a[href^="/learn/${course}"]`).first()).toBeVisible()

  await page.goto('/user/orders')
  const order = page.getByRole('article').filter({ hasText: '季度会员' })
  await order.getByRole('link', { name: /查看订单/ }).click()
  await page.getByRole('button', { name: '申请退款' }).click()
  await expect(page.getByRole('dialog')).toContainText('审核通过后退还')
  expect(await violations(page)).toEqual([])
})
