import { violations } from './accessibility'
import { newStudent, runInShop } from './shop'
import { expect, test } from './test'

const NAME = 'Python 全栈工程师学习路线'
/** The student gets the first two courses of the path, and has learned all of the first one; prints the name of the second. */
const PREPARE = `
from django.utils import timezone
from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import CourseSection, EnrollmentGrant
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.promotion.models import Package
from luffy_api.apps.user.models import User
user = User.objects.get(mobile="MOBILE")
package = Package.objects.get(name="${NAME}")
first, second = [step.course for step in package.steps.exclude(course=None)[:2]]
for course in (first, second):
    enrollment.enroll(user_id=user.pk, course_id=course.pk, source=EnrollmentGrant.Source.GRANT)
for section in CourseSection.objects.filter(chapter__course=first):
    SectionProgress.objects.create(user=user, section=section, done_at=timezone.now())
print(second.name)
`

test('a student finds a path among the packages, and goes on where they stopped', async ({ page }) => {
  const mobile = await newStudent(page)
  const second = await runInShop(PREPARE.replace('MOBILE', mobile))

  await page.goto('/')
  await page.getByRole('navigation', { name: '页脚' }).getByRole('link', { name: '套餐' }).click()
  await expect(page).toHaveURL('/packages')
  expect(await violations(page)).toEqual([])
  await page.getByRole('link', { name: NAME }).click()
  await expect(page.getByRole('heading', { level: 1, name: NAME })).toBeVisible()
  await expect(page.getByRole('list', { name: '学习路线' }).getByRole('heading', { level: 2 })).toHaveText(['打好基础', '全栈开发', '上线与运维'])
  const mine = page.getByRole('region', { name: '我的进度' })
  await expect(mine).toContainText('已学完 1/4 门课程')
  expect(await violations(page)).toEqual([])
  await mine.getByRole('link', { name: `继续学习《${second}》` }).click()
  await expect(page).toHaveURL(/\/learn\/\d+/)

  await page.goto('/packages')
  await page.getByRole('link', { name: NAME }).click()
  await page.getByRole('link', { name: /全栈工程师学位课/ }).click()
  const pointer = page.getByRole('region', { name: '学位课程' })
  await expect(pointer).toContainText('第 3 门课程，共 4 门')
  await pointer.getByRole('link', { name: NAME }).click()
  await expect(page).toHaveURL(/\/package\/\d+/)
})
