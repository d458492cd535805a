import { readFile } from 'node:fs/promises'

import { darkViolations, violations } from './accessibility'
import { newStudent, runInShop } from './shop'
import { expect, test } from './test'

const PHONE = { width: 390, height: 844 }

test('who has finished a course takes its certificate, keeps the file, and shows others that it is genuine', async ({ page, errors }) => {
  const mobile = await newStudent(page)
  const course = await runInShop(`
from django.utils import timezone
from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, CourseSection, EnrollmentGrant
from luffy_api.apps.learning import completion
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.user.models import User
user = User.objects.get(mobile="${mobile}")
course = Course.objects.listed().filter(sections__gt=0).order_by("id").first()
enrollment.enroll(user_id=user.pk, course_id=course.pk, source=EnrollmentGrant.Source.GRANT)
for section in CourseSection.objects.filter(completion.doable(), chapter__course=course):
    SectionProgress.objects.update_or_create(user=user, section=section, defaults={"done_at": timezone.now()})
print(course.pk)
`)

  // From the row of the course, on a phone.
  await page.setViewportSize(PHONE)
  await page.goto('/user/courses')
  await page.getByRole('link', { name: /^结课证书/ }).click()
  await expect(page).toHaveURL(`/user/certificates/${course}`)
  await page.getByLabel('真实姓名').fill('王小明1')
  await page.getByRole('button', { name: '确认领取' }).click()
  await expect(page.getByText('姓名只能包含文字')).toBeVisible()
  errors.allow(/400.*certificate/)
  await page.getByLabel('真实姓名').fill('王小明')
  expect([...(await violations(page)), ...(await darkViolations(page))]).toEqual([])
  await page.getByRole('button', { name: '确认领取' }).click()

  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: '下载 PDF' }).click()
  const file = await readFile(await (await downloading).path())
  expect(file.subarray(0, 5).toString()).toBe('%PDF-')

  await page.getByRole('link', { name: '查看我的全部证书' }).click()
  await expect(page.getByRole('article')).toHaveCount(1)
  expect(await violations(page)).toEqual([])

  // As a stranger.
  await page.getByRole('link', { name: '查验页面' }).click()
  await expect(page).toHaveURL(/\/certificate\/\w{26}$/)
  await page.evaluate(() => localStorage.clear())
  await page.reload()
  await expect(page.getByText('这张证书有效')).toBeVisible()
  await expect(page.getByText('王*明')).toBeVisible()
  expect([...(await violations(page)), ...(await darkViolations(page))]).toEqual([])

  errors.allow(/404.*certificate/)
  const missing = await page.goto('/certificate/00000000000000000000000000')
  expect(missing?.status()).toBe(404)
  await expect(page.getByText(/^没有这个编号的证书。/)).toBeVisible()
})
