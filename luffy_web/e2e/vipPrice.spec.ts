import { violations } from './accessibility'
import { newStudent, payAtCashier, runInShop } from './shop'
import { expect, test } from './test'

/** Puts a price for members on a course that costs something; prints its id, that price and that of everybody. */
const PREPARE = `
from decimal import Decimal
from luffy_api.apps.course import selectors
from luffy_api.apps.course.models import Course
courses = list(Course.objects.on_sale().exclude(course_type=1).filter(price__gt=20).order_by("pk"))
offers = selectors.load_offers(courses)
course = next(each for each in courses if offers[each.pk].real_price > 20)
Course.objects.filter(pk=course.pk).update(vip_price="15.50")
print(course.pk, f"{offers[course.pk].real_price:.2f}".removesuffix(".00"))
`

test('a visitor sees what members pay, becomes one, and buys a course at that price', async ({ page, errors }) => {
  // The cart is left before it has heard of coupons.
  errors.allow(/ERR_ABORTED POST .*quote/)
  const [course, price] = (await runInShop(PREPARE)).split(' ')
  await newStudent(page)

  await page.goto(`/course/${course}`)
  const box = page.locator('#price')
  await expect(box).toContainText('会员价 ¥15.50')
  await expect(box.getByText('会员购买这门课程只需 ¥15.50')).toBeVisible()
  expect(await violations(page)).toEqual([])
  await box.getByRole('button', { name: '加入选课车' }).click()
  await expect(box.getByRole('link', { name: '已在选课车，去结算' })).toBeVisible()
  await page.goto('/cart')
  await expect(page.getByRole('region', { name: '结算' })).toContainText(`¥${price}`)

  await page.goto('/vip')
  await page.getByRole('region', { name: '开通会员' }).getByRole('button', { name: '开通会员' }).click()
  await payAtCashier(page)
  await expect(page.getByText('会员已经开通')).toBeVisible()

  await page.goto('/cart')
  await expect(page.getByRole('region', { name: '结算' })).toContainText('¥15.50')
  await page.goto(`/course/${course}`)
  await expect(box.getByText('您是会员，按会员价购买。')).toBeVisible()
  await box.getByRole('button', { name: '立即购买' }).click()
  await payAtCashier(page)
  await page.goto('/user/orders')
  await page.getByRole('link', { name: /查看订单/ }).first().click()
  await expect(page.getByRole('list', { name: '课程' })).toContainText('会员价')
  await expect(page.getByText(/比其他学员少付/)).toBeVisible()
  expect(await violations(page)).toEqual([])
})
