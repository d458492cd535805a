import { violations } from './accessibility'
import { newStudent, payAtCashier, runInShop } from './shop'
import { expect, test } from './test'

const NAMES = ['Python 爬虫实战', '机器学习项目实战', 'Go 微服务实战']
/** A package of three courses, of which the student has the first; prints its id, that of the second, and the rest's price. */
const PREPARE = `
from luffy_api.apps.course import selectors
from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.promotion import packages
from luffy_api.apps.promotion.models import Package
from luffy_api.apps.user.models import User
courses = list(Course.objects.filter(name__in=${JSON.stringify(NAMES)}).order_by("orders", "pk"))
offers = selectors.load_offers(courses)
price = sum(offer.real_price for offer in offers.values()) / 2
package = Package.objects.create(name="数据全程套餐", brief="从爬虫到机器学习", price=price, course_count=3, status=2)
package.courses.set(courses)
user = User.objects.get(mobile="MOBILE")
first = next(course for course in courses if course.name == "${NAMES[0]}")
EnrollmentGrant.objects.create(user=user, course=first, source=EnrollmentGrant.Source.GRANT)
Enrollment.objects.create(user=user, course=first)
second = next(course for course in courses if course.name == "${NAMES[1]}")
print(package.pk, second.pk, packages.offer(package_id=package.pk, user_id=user.pk).total_amount)
`

test('a student finds a package on the page of a course and pays only what is missing', async ({ page, errors }) => {
  // The page of a package that is off.
  errors.allow(/404/)
  const mobile = await newStudent(page)
  const [id, course, rest] = (await runInShop(PREPARE.replace('MOBILE', mobile))).split(' ')

  await page.goto(`/course/${course}`)
  await expect(page.getByText('套餐购买更划算')).toBeVisible()
  await page.getByRole('link', { name: '数据全程套餐' }).click()
  await expect(page).toHaveURL(`/package/${id}`)
  const buy = page.getByRole('region', { name: '购买套餐' })
  await expect(buy).toContainText('其余 2 门课程')
  await expect(buy).toContainText(`¥${rest}`)
  await expect(page.getByRole('listitem').filter({ hasText: NAMES[0] ?? '' }).getByText('已拥有')).toBeVisible()
  expect(await violations(page)).toEqual([])
  await buy.getByRole('button', { name: '购买套餐' }).click()
  await payAtCashier(page)

  await page.goto('/user/orders')
  await expect(page.getByRole('article').filter({ hasText: '数据全程套餐' })).toContainText(`合计 ¥${rest}`)
  await page.goto(`/package/${id}`)
  await expect(page.getByText('您已拥有套餐中的全部课程')).toBeVisible()
  await runInShop(`
from luffy_api.apps.promotion.models import Package
Package.objects.filter(pk=${id}).update(status=3)
print(0)
`)
  // What another process has changed is seen within a second.
  await expect.poll(async () => (await page.goto(`/package/${id}`))?.status()).toBe(404)
  await expect(page.getByText('这个套餐不存在，或者已经停售了。')).toBeVisible()
})
