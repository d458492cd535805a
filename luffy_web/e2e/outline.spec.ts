import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

import type { Locator, Page } from '@playwright/test'

import { runInShop, sessionOf } from './shop'
import { expect, test } from './test'
import { textFile, videoFile } from './videos'

test.use({ storageState: sessionOf('admin') })

/** Transcoding takes long on a busy machine. */
const TRANSCODING = { timeout: 150_000 }

const NEW_COURSE = `
import json
from luffy_api.apps.course.models import Course, CourseCategory, CourseChapter, CourseSection, Teacher
from luffy_api.apps.course.services import recount_sections
course = Course.objects.create(name="大纲的一课", kind=Course.Kind.ACTUAL, price=9, status=Course.Status.OFFLINE,
    course_category=CourseCategory.objects.first(), teacher=Teacher.objects.first())
ids = []
for number, names in enumerate(NAMES, start=1):
    chapter = CourseChapter.objects.create(course=course, chapter=number, name=f"章{number}")
    for rank, name in enumerate(names, start=1):
        CourseSection.objects.create(chapter=chapter, name=name, orders=rank)
    ids.append(chapter.pk)
recount_sections(course.pk)
print(json.dumps([course.pk, ids]))
`

/** A course of its own with chapters of sections of these names; its id, and those of the chapters. */
async function newCourse(names: string[][]): Promise<[number, number[]]> {
  return JSON.parse(await runInShop(NEW_COURSE.replace('NAMES', JSON.stringify(names)))) as [number, number[]]
}

const address = (course: number) => `/admin/course/course/${course}/change/`
const chapterOf = (page: Page, id = 0) => page.locator(`[data-chapter="${id}"]`)
const names = (chapter: Locator) => chapter.locator('[data-section] .name')
const sectionOf = (page: Page, name: string) => page.locator('[data-section]', { has: page.getByRole('link', { name, exact: true }) })
const saved = (page: Page) => page.waitForResponse((answer) => /\/outline\/\w+\/order\/$/.test(answer.url()))

// Time for a page to follow a drag, before it is tried once more.
const SOON = { timeout: 5000 }

/** Drags by a handle to the upper edge of a target, as a hand does: in steps, and once more where it slipped. */
async function drag(page: Page, handle: Locator, target: Locator, moved: () => Promise<void>) {
  await expect(async () => {
    await handle.hover() // waits until nothing moves any more
    const to = await target.boundingBox()
    if (!to) throw new Error('There is nothing to drag to.')
    await page.mouse.down()
    await page.mouse.move(to.x + 30, to.y - 10, { steps: 4 })
    await page.mouse.move(to.x + 30, to.y + 4, { steps: 12 })
    await page.mouse.up()
    await moved()
  }).toPass()
}

test('sections and chapters are dragged, and moved by keyboard, and stay where they were put', async ({ page }) => {
  const [course, [first, second]] = await newCourse([['甲', '乙', '丙'], ['丁']])
  const refused: number[] = []
  page.on('response', (answer) => {
    if (/\/outline\/\w+\/order\/$/.test(answer.url()) && !answer.ok()) refused.push(answer.status())
  })
  await page.goto(address(course))
  await expect(names(chapterOf(page, first))).toHaveText(['甲', '乙', '丙'])

  await drag(page, sectionOf(page, '丙').locator('[data-section-handle]'), sectionOf(page, '甲'), () =>
    expect(names(chapterOf(page, first))).toHaveText(['丙', '甲', '乙'], SOON),
  )
  await drag(page, sectionOf(page, '丁').locator('[data-section-handle]'), sectionOf(page, '甲'), () =>
    expect(names(chapterOf(page, first))).toHaveText(['丙', '丁', '甲', '乙'], SOON),
  )
  await expect(names(chapterOf(page, second))).toHaveCount(0)

  // By keyboard, beyond the end of the chapter: the button keeps the focus.
  const down = sectionOf(page, '乙').getByRole('button', { name: '下移 乙' })
  await down.focus()
  const answer = saved(page)
  await page.keyboard.press('Enter')
  expect((await answer).status()).toBe(200)
  await expect(names(chapterOf(page, second))).toHaveText(['乙'])
  await expect(down).toBeFocused()
  await expect(page.getByRole('status').first()).toContainText('「乙」移到了第 2 章第 1 位')

  const stored = saved(page)
  await drag(page, chapterOf(page, second).locator('[data-chapter-handle]'), chapterOf(page, first), () =>
    expect(page.locator('[data-chapter] h3')).toHaveText(['第 1 章 章2', '第 2 章 章1'], SOON),
  )
  await stored
  expect(refused).toEqual([])

  await page.reload()
  await expect(page.locator('[data-chapter] h3')).toHaveText(['第 1 章 章2', '第 2 章 章1'])
  await expect(names(chapterOf(page, first))).toHaveText(['丙', '丁', '甲'])
  await expect(names(chapterOf(page, second))).toHaveText(['乙'])
})

/** Drops files on an element, as a hand does from a folder. */
async function dropFiles(page: Page, target: Locator, paths: string[]) {
  const files = paths.map((path) => ({ name: basename(path), content: readFileSync(path).toString('base64') }))
  const dataTransfer = await page.evaluateHandle((all) => {
    const transfer = new DataTransfer()
    for (const { name, content } of all) {
      const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
      transfer.items.add(new File([bytes], name, { type: name.endsWith('.mp4') ? 'video/mp4' : 'text/plain' }))
    }
    return transfer
  }, files)
  await target.dispatchEvent('dragover', { dataTransfer })
  await target.dispatchEvent('drop', { dataTransfer })
}

test('videos that are dropped on a chapter become sections, and their states refresh by themselves', async ({ page }) => {
  test.setTimeout(240_000)
  const [course, [first]] = await newCourse([['导学']])
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/media/')) asked.push(new URL(request.url()).pathname)
  })
  await page.goto(address(course))
  await expect(names(chapterOf(page, first))).toHaveText(['导学'])

  await dropFiles(page, chapterOf(page, first), [
    videoFile('10 函数.mp4', { seconds: 4 }),
    videoFile('2 变量.mp4', { seconds: 5 }),
    videoFile('导学.mp4', { seconds: 6 }),
    textFile('大纲.txt'),
    textFile('导学.srt', '1\n00:00:00,000 --> 00:00:02,000\n你好\n'),
  ])

  await expect(names(chapterOf(page, first))).toHaveText(['导学', '2 变量', '10 函数'])
  await expect(page.locator('.refusals li')).toContainText([/大纲\.txt：请选择 MP4、.*格式的视频。/])
  for (const [name, length] of Object.entries({ 导学: '00:06', '2 变量': '00:05', '10 函数': '00:04' })) {
    await expect(sectionOf(page, name).locator('.media__state')).toHaveText('可播放', TRANSCODING)
    await expect(sectionOf(page, name).locator('.length')).toHaveText(length)
  }
  await sectionOf(page, '导学').getByRole('button', { name: '字幕 导学' }).click()
  await expect(sectionOf(page, '导学').getByRole('listitem').first()).toHaveText(/简体中文\s*1 条/)
  // One address for all sections, and nothing more is asked once they are ready.
  expect([...new Set(asked)]).toEqual([`/api/v1/course/${course}/outline/media/`])
  const count = asked.length
  await page.waitForTimeout(4000)
  expect(asked.length).toBe(count)
})

test('of two who move at once the second is told, and sees what the first has done', async ({ page, context, errors }) => {
  errors.allow(/409 PUT \S+\/order\//)
  errors.allow(/console Failed to load resource.*409/)
  const [course, [first]] = await newCourse([['甲', '乙', '丙']])
  const other = await context.newPage()
  for (const each of [page, other]) {
    await each.goto(address(course))
    await expect(names(chapterOf(each, first))).toHaveText(['甲', '乙', '丙'])
  }
  const answer = saved(page)
  await sectionOf(page, '甲').getByRole('button', { name: '下移 甲' }).click()
  expect((await answer).status()).toBe(200)

  await sectionOf(other, '丙').getByRole('button', { name: '上移 丙' }).click()

  await expect(other.getByRole('alert')).toContainText('改动了课程大纲，您的这次调整没有保存')
  await expect(names(chapterOf(other, first))).toHaveText(['乙', '甲', '丙'])
})

test('chapters and sections are made on the page, and a section that cannot be made is said at its file', async ({ page, errors }) => {
  errors.allow(/net::ERR_FAILED POST \S+\/outline\/section\//)
  errors.allow(/console Failed to load resource: net::ERR_FAILED/)
  const [course] = await newCourse([])
  await page.goto(address(course))
  await page.getByLabel('新章节的标题').fill('第一步')
  await page.keyboard.press('Enter')
  const chapter = page.locator('[data-chapter]')
  await expect(chapter.getByRole('heading')).toHaveText('第 1 章 第一步')
  await chapter.getByLabel('第一步 的新课时', { exact: true }).fill('讲义')
  await chapter.getByLabel('第一步 的新课时的种类').selectOption('文档')
  await chapter.getByRole('button', { name: '新建课时' }).click()
  await expect(sectionOf(page, '讲义')).toContainText('文档')
  await expect(sectionOf(page, '讲义')).toContainText('还没有内容')

  await page.route('**/outline/section/', (route) => route.abort('failed'))
  await chapter.getByLabel('上传视频到 第一步').setInputFiles(videoFile('断网.mp4'))
  await expect(chapter.locator('.refusals')).toContainText('断网.mp4：课时没有建成：网络好像断开了')
  await page.unroute('**/outline/section/')
  await chapter.locator('.refusals').getByRole('button', { name: '重试' }).click()
  await expect(names(chapter)).toHaveText(['讲义', '断网'])
  await expect(sectionOf(page, '断网').locator('.media__state')).toHaveText('可播放', TRANSCODING)
})

test('a cover is shown as pages crop it before it is saved', async ({ page }) => {
  const [course] = await newCourse([])
  await page.goto(address(course))
  await expect(page.getByText('还没有封面')).toBeVisible()

  await page.locator('input[name=course_img]').setInputFiles({
    name: 'tall.svg.png',
    mimeType: 'image/png',
    buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64'),
  })

  const image = page.locator('[data-cover-preview] img')
  await expect(image).toBeVisible()
  const { width = 0, height = 1 } = (await image.boundingBox()) ?? {}
  expect(width / height).toBeCloseTo(16 / 9, 1)
})
