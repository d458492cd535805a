import type { Page } from '@playwright/test'

import { scrollWidth, violations } from './accessibility'
import { newStudent, runInShop, sessionOf } from './shop'
import { expect, test } from './test'

const PHONE = { width: 390, height: 844 }
test.use({ viewport: PHONE, isMobile: true, hasTouch: true, contextOptions: { reducedMotion: 'reduce' } })

const tabs = (page: Page) => page.getByRole('navigation', { name: '主要页面' })
const tab = (page: Page, name: string) => tabs(page).getByRole('link', { name })
const place = (page: Page) => page.evaluate(() => window.scrollY)
const scrollTo = (page: Page, top: number) => page.evaluate((to) => window.scrollTo(0, to), top)
const heightOf = async (page: Page) => (await page.getByRole('banner').boundingBox())?.height ?? 0

test('a visitor finds the way by the tabs, and comes back to the place that was left', async ({ page }) => {
  await page.goto('/')
  expect(await heightOf(page)).toBeLessThanOrEqual(60)
  await expect(tab(page, '首页')).toHaveAttribute('aria-current', 'page')
  await expect(page.getByRole('article').first()).toContainText('人在学')
  expect(await violations(page)).toEqual([])

  await tab(page, '分类').tap()
  await expect(page.getByRole('heading', { name: '全部课程' })).toBeVisible()
  await expect(tab(page, '分类')).toHaveAttribute('aria-current', 'page')
  const cards = page.getByRole('main').getByRole('article')
  await expect(cards).toHaveCount(12)
  const course = cards.nth(8).getByRole('link')
  await course.scrollIntoViewIfNeeded()
  const left = await place(page)
  expect(left).toBeGreaterThan(500)
  await course.tap()
  await expect(page).toHaveURL(/\/course\/\d+$/)
  await expect(tabs(page)).toBeHidden()

  await page.goBack()
  await expect(cards).toHaveCount(12)
  await expect.poll(() => place(page)).toBe(left)
  await page.getByRole('navigation', { name: '课程种类' }).getByRole('link', { name: '轻课' }).tap()
  await expect(tab(page, '分类')).toHaveAttribute('aria-current', 'true')
  await expect.poll(() => place(page)).toBe(0)
})

test('the price and the button stay on the screen, and the back button closes what is open', async ({ page }) => {
  await page.goto('/actual-course')
  await page.getByRole('link', { name: 'Python 爬虫实战' }).tap()
  const buy = page.getByRole('button', { name: '立即购买' })
  await expect(buy).toBeInViewport({ ratio: 1 })
  await scrollTo(page, 5000)
  await expect(buy).toBeInViewport({ ratio: 1 })
  await expect(buy.locator('..')).toContainText('¥')
  expect(await violations(page)).toEqual([])
  const address = page.url()
  const title = await page.title()

  await page.getByRole('button', { name: '分享' }).tap()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expect(buy).toBeHidden()
  await page.goBack()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(buy).toBeVisible()
  expect([page.url(), await page.title()]).toEqual([address, title])

  await page.getByRole('button', { name: '分享' }).tap()
  await page.getByRole('dialog').getByRole('button', { name: '关闭' }).tap()
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.goBack()
  await expect(page).toHaveURL(/\/actual-course$/)

  await page.getByRole('link', { name: '搜索课程' }).tap()
  await expect(page.getByRole('combobox', { name: '搜索课程' })).toBeFocused()
  // The keyboard needs the room.
  await expect(tabs(page)).toBeHidden()
  await page.getByRole('heading', { level: 1 }).tap()
  await tab(page, '我的').tap()
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page).toHaveURL('/user')
})

test('a student finds everything of their own behind 我的', async ({ page }) => {
  await newStudent(page)
  await page.goto('/user', { waitUntil: 'networkidle' })
  expect(await violations(page)).toEqual([])

  await page.getByRole('main').getByRole('link', { name: '选课车' }).tap()
  // Without a bar of its own.
  await expect(page.getByText('选课车还是空的。')).toBeVisible()
  await tab(page, '我的').tap()
  await page.getByRole('main').getByRole('link', { name: '我的订单' }).tap()

  await expect(page).toHaveURL('/user/orders')
  await expect(tab(page, '我的')).toHaveAttribute('aria-current', 'true')
  await tab(page, '学习').tap()
  await expect(page).toHaveURL('/user/courses')
})

/** Three hundred sections in a category with a name as long as names may be. */
const LONG = `
from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, CourseCategory, CourseChapter, CourseSection, EnrollmentGrant, Teacher
from luffy_api.apps.course.services import recount_sections
from luffy_api.apps.user.models import User
category = CourseCategory.objects.create(name="很长的分类名称" * 4, orders=99)
course = Course.objects.create(name="三百个课时的课", price=9, status=Course.Status.OFFLINE, course_category=category,
    teacher=Teacher.objects.first())
chapter = CourseChapter.objects.create(course=course, chapter=1, name="唯一的一章")
sections = [CourseSection(chapter=chapter, name=f"第 {n} 个课时", orders=n, section_type=2) for n in range(1, 301)]
for section in sections:
    section.save()
recount_sections(course.pk)
user = User.objects.get(username="student")
enrollment.enroll(user_id=user.pk, course_id=course.pk, source=EnrollmentGrant.Source.FREE)
print(course.pk, sections[0].pk)
`

test.describe('a student', () => {
  test.use({ storageState: sessionOf('student') })

  test('watches while the outline scrolls, and no category is too long for a small phone', async ({ page, errors }) => {
    // Only its students see it, and a section is without its video.
    errors.allow(/40\d GET \S+\/(play\/|learn\/\d+\/\d+|course\/\d+)$|console .*40\d.*(\/play\/|\/learn\/|\/course\/\d+)/)
    const [course, section] = (await runInShop(LONG)).split(' ')
    await page.goto(`/learn/${course}/${section}`)
    const outline = page.getByRole('complementary', { name: '课程目录' })
    await expect(outline.getByRole('link')).toHaveCount(300)
    expect(await heightOf(page)).toBeLessThanOrEqual(48)

    await outline.getByRole('link', { name: '第 250 个课时' }).scrollIntoViewIfNeeded()

    const player = await page.locator('.player').boundingBox()
    expect(player).toMatchObject({ x: 0, y: 0, width: PHONE.width })
    for (const width of [360, 768]) {
      await page.setViewportSize({ width, height: 740 })
      for (const path of [`/learn/${course}/${section}`, `/course/${course}`, '/all-courses', '/actual-course', '/course/search?word=Python']) {
        await page.goto(path, { waitUntil: 'networkidle' })
        expect.soft(await scrollWidth(page), `${path} at ${width}`).toBe(width)
      }
    }
  })
})
