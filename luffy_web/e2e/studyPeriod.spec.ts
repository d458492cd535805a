import { violations } from './accessibility'
import { newStudent, payAtCashier, runInShop } from './shop'
import { expect, test } from './test'

/** Gives a course that costs something a study period of a month; prints its id and name. */
const PREPARE = `
from luffy_api.apps.course import selectors
from luffy_api.apps.course.models import Course
courses = list(Course.objects.on_sale().exclude(course_type=1).filter(price__gt=20).order_by("-pk"))
offers = selectors.load_offers(courses)
course = next(each for each in courses if offers[each.pk].real_price > 20)
Course.objects.filter(pk=course.pk).update(study_months=1)
print(course.pk, course.name)
`
/** The month is over: of every grant of the course that ends. */
const pass = (course: string) => `
from datetime import timedelta
from django.db.models import F
from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import EnrollmentGrant
rows = EnrollmentGrant.objects.filter(course=${course}, study_ends_at__isnull=False)
past = {name: F(name) - timedelta(days=31) for name in ("starts_at", "ends_at", "study_ends_at")}
rows.update(**past)
print(enrollment.end_expired_grants())
`

test('a course is bought for a month, is over after it, and may be bought again', async ({ page }) => {
  const said = await runInShop(PREPARE)
  const course = said.slice(0, said.indexOf(' '))
  const name = said.slice(said.indexOf(' ') + 1)
  await newStudent(page)

  await page.goto(`/course/${course}`)
  const box = page.locator('#price')
  await expect(box).toContainText('购买后 1 个月内学习')
  await box.getByRole('button', { name: '立即购买' }).click()
  await payAtCashier(page)
  await page.goto('/user/courses')
  await expect(page.getByText(/学习至 \d{4}-\d\d-\d\d/)).toBeVisible()
  await page.goto('/user/orders')
  await page.getByRole('link', { name: /查看订单/ }).first().click()
  await expect(page.getByRole('list', { name: '课程' })).toContainText('购买后 1 个月内学习')

  await runInShop(pass(course))
  await page.goto('/user/courses')
  const ended = page.getByRole('region', { name: '已到期的课程' })
  await expect(ended.getByText('已到期', { exact: true })).toBeVisible()
  expect(await violations(page)).toEqual([])
  await ended.getByRole('link', { name }).click()
  await expect(page).toHaveURL(`/course/${course}`)
  await expect(box.getByRole('button', { name: '立即购买' })).toBeVisible()
})
