import { runInShop, sessionOf } from './shop'
import { expect, test } from './test'

test.use({ storageState: sessionOf('student2') })

test('a student rates a course of their own, and everybody sees it', async ({ page }) => {
  const course = await runInShop(`
from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, EnrollmentGrant
from luffy_api.apps.user.models import User
course = Course.objects.listed().filter(kind=3, rating_count=0).order_by("-id").first()
user = User.objects.get(username="student2")
enrollment.enroll(user_id=user.pk, course_id=course.pk, source=EnrollmentGrant.Source.GRANT)
print(course.pk)
`)
  await page.goto(`/course/${course}`)
  await page.getByRole('heading', { name: '学员评价' }).scrollIntoViewIfNeeded()
  await page.getByText('4 星，不错').locator('..').click()
  await page.getByRole('textbox', { name: '说说您的感受' }).fill('讲得清楚')
  await page.getByRole('button', { name: '发布评价' }).click()
  const rating = page.getByRole('article').filter({ hasText: '讲得清楚' })
  await expect(rating.getByRole('img', { name: '4 星' })).toBeVisible()

  await page.goto('/light-course?ordering=-rating')
  await expect(page.getByRole('article').first()).toContainText('4.0')

  await page.goto(`/course/${course}`)
  await page.getByRole('heading', { name: '学员评价' }).scrollIntoViewIfNeeded()
  await page.getByRole('button', { name: '删除评价' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '删除评价' }).click()
  await expect(rating).toHaveCount(0)
  await runInShop(`
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
for model in (Enrollment, EnrollmentGrant):
    model.objects.filter(user__username="student2", course=${course}).delete()
`)
})
