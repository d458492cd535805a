import { newLearner, newStudent, runInShop, secondsOf, withoutClicks } from './shop'
import { expect, test } from './test'

// Each has a student of its own: what another attempt has learned would stand in its way.

test('a student joins a free course, which starts to play, and goes on where the video was left', async ({ page }) => {
  await newStudent(page)
  await page.goto('/free-course')
  await page.getByRole('link', { name: 'Linux 命令行起步' }).click()
  await page.getByRole('button', { name: '立即学习' }).click()
  await expect(page).toHaveURL(/\/learn\/\d+/)
  await expect.poll(() => secondsOf(page), { timeout: 60_000 }).toBeGreaterThan(0)

  await page.locator('video').evaluate((video: HTMLVideoElement) => {
    video.currentTime = 12
  })
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(12)
  const saved = page.waitForResponse((answer) => answer.url().endsWith('/progress/') && answer.ok())
  await page.locator('video').evaluate((video: HTMLVideoElement) => {
    video.pause()
  })
  await saved

  await withoutClicks(page)
  await page.reload()

  // By keyboard alone, and the speed is kept. Before the video starts its picture is the button.
  await page.getByRole('button', { name: '播放视频' }).press('Enter')
  await expect.poll(() => secondsOf(page), { timeout: 60_000 }).toBeGreaterThanOrEqual(12)
  await expect(page.getByRole('group', { name: '视频播放器' })).toBeFocused()
  await page.getByRole('button', { name: /^倍速：/ }).press('Enter')
  await page.getByRole('menuitemradio', { name: '1.5x' }).press('Enter')
  await expect(page.getByRole('button', { name: '倍速：1.5x' })).toBeFocused()
  await expect.poll(() => page.evaluate(() => localStorage.getItem('luffy.player') ?? '')).toContain('"rate":1.5')

  await page.goto('/')
  await expect(page.getByRole('region', { name: '继续学习' })).toContainText('Linux 命令行起步')
  await page.goto('/user/courses')
  const card = page.getByRole('article').filter({ hasText: 'Linux 命令行起步' })
  await expect(card).toContainText('继续学习')
  await card.getByRole('button', { name: '退出课程' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '退出课程' }).click()
  await expect(card).toHaveCount(0)
})

test('what a student is about to watch is asked for before the scripts have come, and once', async ({ page }) => {
  const [course, section] = await newLearner(page, 'Linux 命令行起步')
  const asked: string[] = []
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url())
    if (pathname.startsWith('/api/v1/course/') && !pathname.includes('/search/')) asked.push(pathname + search)
  })
  let release: (() => void) | undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/assets/*.js', async (route) => {
    await released
    await route.continue()
  })
  await withoutClicks(page)
  const early = [`/api/v1/course/${course}/`, `/api/v1/course/section/${section}/play/`]

  const opened = page.goto(`/learn/${course}/${section}`)
  await expect.poll(() => asked).toEqual(early)
  release?.()
  await opened
  await expect(page.getByRole('button', { name: '播放视频' })).toBeVisible()

  // The outline came with the document.
  await expect.poll(() => asked).toEqual([...early, `/api/v1/course/${course}/progress/`])
})

test('a student reads a document, answers an exercise, and marks both as done', async ({ page }) => {
  const mobile = await newStudent(page)
  const script = `
from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import CourseSection, EnrollmentGrant
from luffy_api.apps.user.models import User
sections = CourseSection.objects.filter(chapter__course__name="Python 零基础入门")
exercise = sections.filter(section_type=1).exclude(content="").first()
CourseSection.objects.filter(pk=exercise.pk).update(answer="答案：\`random.randint(1, 100)\`")
user, course = User.objects.get(mobile="${mobile}"), exercise.chapter.course
enrollment.enroll(user_id=user.pk, course_id=course.pk, source=EnrollmentGrant.Source.FREE)
print(course.pk, sections.filter(section_type=0).exclude(content="").first().pk, exercise.pk)
`
  const [course, document, exercise] = (await runInShop(script)).split(' ')

  await page.goto(`/learn/${course}/${document}`)
  await expect(page.locator('.prose')).toContainText(/\S{10}/)
  await expect(page.getByRole('button', { name: '查看答案' })).toHaveCount(0)
  const outline = page.getByRole('complementary', { name: '课程目录' })
  await expect(outline).toContainText('已学完 0/')
  await page.getByRole('button', { name: '标记为已学完' }).click()
  await expect(outline).toContainText('已学完 1/')
  await expect(outline.locator('.section--current')).toBeInViewport()

  await page.goto(`/learn/${course}/${exercise}`)
  const answer = page.getByText('random.randint(1, 100)')
  await page.getByRole('textbox', { name: '我的答案' }).fill('random.random()')
  await page.getByRole('button', { name: '保存答案' }).click()
  await expect(page.getByText('已保存，只有您自己能看到')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('textbox', { name: '我的答案' })).toHaveValue('random.random()')
  await expect(answer).toBeHidden()
  await page.getByRole('button', { name: '查看答案' }).click()
  await expect(answer).toBeVisible()
  await expect(page.getByRole('button', { name: '收起答案' })).toHaveAttribute('aria-expanded', 'true')
})
