import { runInShop, secondsOf, sessionOf, watch } from './shop'
import { expect, test } from './test'

test.use({ storageState: sessionOf('student') })

test('a student joins a free course and goes on where the video was left', async ({ page }) => {
  await page.goto('/free-course')
  await page.getByRole('link', { name: 'Linux 命令行起步' }).click()
  await page.getByRole('button', { name: '立即学习' }).click()
  await expect(page).toHaveURL(/\/learn\/\d+/)
  await watch(page)

  await page.locator('video').evaluate((video: HTMLVideoElement) => {
    video.currentTime = 12
  })
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(12)
  const saved = page.waitForResponse((answer) => answer.url().endsWith('/progress/') && answer.ok())
  await page.locator('video').evaluate((video: HTMLVideoElement) => {
    video.pause()
  })
  await saved

  await page.reload()
  await expect.poll(() => secondsOf(page)).toBeGreaterThanOrEqual(12)

  await page.goto('/user/courses')
  await expect(page.getByRole('article').filter({ hasText: 'Linux 命令行起步' })).toContainText('继续学习')
})

test('a student reads a document and looks at the answer of an exercise', async ({ page }) => {
  const script = `
from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import CourseSection, EnrollmentGrant
from luffy_api.apps.user.models import User
sections = CourseSection.objects.filter(chapter__course__name="Python 零基础入门")
exercise = sections.filter(section_type=1).exclude(content="").first()
CourseSection.objects.filter(pk=exercise.pk).update(answer="答案：\`random.randint(1, 100)\`")
user, course = User.objects.get(username="student"), exercise.chapter.course
enrollment.enroll(user_id=user.pk, course_id=course.pk, source=EnrollmentGrant.Source.FREE)
print(course.pk, sections.filter(section_type=0).exclude(content="").first().pk, exercise.pk)
`
  const [course, document, exercise] = (await runInShop(script)).split(' ')

  await page.goto(`/learn/${course}/${document}`)
  await expect(page.locator('.prose')).toContainText(/\S{10}/)
  await expect(page.getByRole('button', { name: '查看答案' })).toHaveCount(0)

  await page.goto(`/learn/${course}/${exercise}`)
  const answer = page.getByText('random.randint(1, 100)')
  await expect(answer).toBeHidden()
  await page.getByRole('button', { name: '查看答案' }).click()
  await expect(answer).toBeVisible()
  await expect(page.getByRole('button', { name: '收起答案' })).toHaveAttribute('aria-expanded', 'true')
})
