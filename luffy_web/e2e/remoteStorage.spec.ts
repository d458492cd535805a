import { readFileSync } from 'node:fs'

import type { Browser, BrowserContext, Page, Request } from '@playwright/test'

import { newChapter, videoFile } from './videos'
import { openRemoteShop, type RemoteShop, type Storage } from './remoteShop'
import { runInShop, newStudent, payAtCashier, watch } from './shop'
import { expect, test as base } from './test'

const COURSE = 'Vue 3 后台管理系统实战'
const MEGABYTE = 1024 * 1024
const TRANSCODING = { timeout: 150_000 }
/** Seconds of the video: enough to be watched twice. */
const LENGTH = 12

/** What differs between the storages. */
const PROVIDERS = {
  s3: { padding: 17 * MEGABYTE, part: /[?&]partNumber=(\d+)/, refused: 403 },
  qiniu: { padding: 9 * MEGABYTE, part: /\/uploads\/[^/]+\/(\d+)$/, refused: 401 },
}

const test = base.extend<object, { storage: Storage; remote: RemoteShop }>({
  storage: ['s3', { option: true, scope: 'worker' }],
  remote: [
    async ({ storage }, use) => {
      const remote = await openRemoteShop(storage)
      await use(remote)
      await remote.close()
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  baseURL: async ({ remote }, use) => use(remote.url),
})

async function openBackOffice(page: Page) {
  await page.goto('/admin/')
  await page.locator('input[name=username]').fill('admin')
  await page.locator('input[name=password]').fill('luffy-admin')
  await page.keyboard.press('Enter')
  await expect(page.getByText('教务老师').first()).toBeVisible()
}

/** Uploads over a connection that breaks after the first part, a pause and a reload; returns the parts that arrived. */
async function uploadWithInterruptions(page: Page, storage: Storage, name: string): Promise<string[]> {
  const { padding, part } = PROVIDERS[storage]
  const file = videoFile(name, { padding, seconds: LENGTH })
  const numberOf = (request: Request) => (request.method() === 'PUT' ? part.exec(request.url())?.[1] : undefined)
  const arrived: string[] = []
  let cut = true
  page.on('requestfinished', (request) => {
    const number = numberOf(request)
    if (number) arrived.push(number)
  })
  await page.route(part, async (route) => {
    const number = numberOf(route.request())
    if (!cut || !number || number === '1') return route.continue()
    // Qiniu's client gives up all parts with the first that fails; one must have arrived by then.
    await expect.poll(() => arrived).toContain('1')
    await route.abort('connectionreset')
  })
  const field = page.locator('.upload input[type=file]')
  await field.setInputFiles(file)
  await expect(page.locator('.upload__message')).toContainText('网络不稳', { timeout: 60_000 })
  await page.getByRole('button', { name: '暂停' }).click()
  await page.reload()
  await expect(page.locator('.upload__state')).toContainText('选择同一个文件可以接着传')
  cut = false
  await field.setInputFiles(file)
  await expect(page.locator('.upload__state')).toHaveText('可播放', TRANSCODING)
  return arrived.sort()
}

async function newBuyer(browser: Browser, remote: RemoteShop, course: number): Promise<[BrowserContext, Page]> {
  const context = await browser.newContext({ baseURL: remote.url })
  const page = await context.newPage()
  await newStudent(page, remote.env)
  await page.goto(`/course/${course}`)
  await page.getByRole('button', { name: '立即购买' }).click()
  await payAtCashier(page)
  return [context, page]
}

// One shop for all of them.
test.describe.configure({ mode: 'default' })

test('a video is uploaded directly to the storage and plays from there, for its buyer only', async ({ page, browser, storage, remote, errors }) => {
  test.setTimeout(400_000)
  errors.allow(new RegExp(`^foreign ${remote.storage}/`))
  errors.allow(/net::ERR_(CONNECTION_RESET|ABORTED|FAILED) (PUT|POST) \S+\/(uploads\/|private\/|sign\/)/)
  errors.allow(/console Failed to load resource: net::ERR_/)
  const { refused } = PROVIDERS[storage]
  const { course, sections: [section = 0] } = await newChapter(COURSE, ['存在云端的一课'], { env: remote.env })

  await openBackOffice(page)
  await page.goto(`/admin/course/coursesection/${section}/change/`)
  expect(await uploadWithInterruptions(page, storage, '存在云端的一课.mp4')).toEqual(['1', '2', '3'])
  await expect(page.locator('input[name=duration]')).toHaveValue(String(LENGTH))

  await runInShop(`from django.core.files.base import ContentFile
from luffy_api.apps.course.models import Course
Course.objects.get(pk=${course}).attachment_path.save("第一讲_讲义与代码.zip", ContentFile("课件的内容".encode()))`, remote.env)
  const [buyer, desk] = await newBuyer(browser, remote, course)
  const segments: string[] = []
  desk.on('response', (answer) => {
    if (answer.ok() && new URL(answer.url()).pathname.endsWith('.ts')) segments.push(answer.url())
  })
  await desk.goto(`/learn/${course}/${section}`)
  await watch(desk)
  expect(segments.length).toBeGreaterThan(0)
  expect(segments.filter((url) => !url.startsWith(`${remote.storage}/`))).toEqual([])

  // A copied address opens its own segment and nothing else.
  const status = async (url: string) => (await page.request.get(url)).status()
  const [copied = ''] = segments
  expect(await status(copied)).toBe(200)
  expect(await status(copied.replace(/0+\d+\.ts/, '00009.ts'))).toBe(refused)
  expect(await status(copied.replace(/\?.*/, ''))).toBe(refused)

  const file = desk.waitForEvent('download')
  await desk.getByRole('button', { name: '下载课件' }).click()
  expect((await file).url()).toMatch(new RegExp(`^${remote.storage}/`))
  expect((await file).suggestedFilename()).toBe('第一讲_讲义与代码.zip')
  expect(readFileSync(await (await file).path(), 'utf8')).toBe('课件的内容')

  // As it came, without its conversion, it plays from the storage as well.
  await runInShop(`from luffy_api.apps.video.models import Video
Video.objects.filter(section=${section}).update(hls="")`, remote.env)
  const whole = desk.waitForResponse((answer) => answer.url().includes('source.mp4'))
  await desk.reload()
  await watch(desk)
  expect((await whole).url()).toMatch(new RegExp(`^${remote.storage}/`))

  await runInShop(`from luffy_api.apps.course.models import Enrollment
Enrollment.objects.filter(course=${course}).delete()`, remote.env)
  await desk.reload()
  await expect(desk.getByText('了解并购买课程')).toBeVisible()
  await expect(desk.locator('video')).toBeHidden()
  await buyer.close()
})

test('pictures come from the storage too', async ({ page, remote, errors }) => {
  errors.allow(new RegExp(`^foreign ${remote.storage}/`))
  await page.goto('/actual-course')
  const cover = page.locator('article img').first()
  await expect(cover).toHaveAttribute('src', new RegExp(`^${remote.storage}/`))
  await expect.poll(() => cover.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)
})

test('the web server and the task queue start again when they are killed', { tag: '@once' }, async ({ page, remote, errors }) => {
  errors.allow(/net::ERR_|console Failed to load resource/)
  const before = remote.processes()
  expect(before).toHaveLength(2)

  for (const pid of before) process.kill(pid, 'SIGKILL')

  const started = () => remote.processes().filter((pid) => !before.includes(pid)).length
  await expect.poll(started, { timeout: 60_000 }).toBe(2)
  await expect.poll(() => page.request.get('/readyz').then((answer) => answer.status(), () => 0), { timeout: 60_000 }).toBe(200)
  expect(readFileSync(remote.log, 'utf8')).toContain('The web server ended unexpectedly; it starts again in 1 s.')
  expect(readFileSync(remote.log, 'utf8')).toContain('The task queue ended unexpectedly; it starts again in 1 s.')
})
