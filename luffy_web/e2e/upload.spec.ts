import { newChapter, textFile, videoFile } from './videos'
import { runInShop, newStudent, payAtCashier, secondsOf, sessionOf, watch } from './shop'
import { expect, test } from './test'

const COURSE = 'Vue 3 后台管理系统实战'
/** Transcoding takes long on a busy machine. */
const TRANSCODING = { timeout: 150_000 }
const MEGABYTE = 1024 * 1024
/** Seconds of the video that is watched on two devices. */
const LENGTH = 10

test.use({ storageState: sessionOf('admin') })

test('staff upload a video, a buyer watches it on two devices, and nobody else does', async ({ page, browser, visitor, errors }) => {
  test.setTimeout(300_000)
  const { course, sections: [section = 0] } = await newChapter(COURSE, ['刚录好的一课'])

  await page.goto(`/admin/course/coursesection/${section}/change/`)
  await page.locator('.upload input[type=file]').setInputFiles(videoFile('刚录好的一课.mp4', { seconds: LENGTH, height: 480 }))
  await expect(page.locator('.upload')).toContainText(/上传中|转码中/)
  await expect(page.locator('.upload__state')).toHaveText('可播放', TRANSCODING)
  await expect(page.locator('input[name=duration]')).toHaveValue(String(LENGTH))

  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  const desk = await visitor()
  const mobile = await newStudent(desk)
  await desk.goto(`/course/${course}`)
  await desk.getByRole('button', { name: '立即购买' }).click()
  await payAtCashier(desk)

  const asked = desk.waitForResponse((answer) => answer.url().endsWith(`/section/${section}/play/`))
  await desk.goto(`/learn/${course}/${section}`)
  const { data: play } = (await (await asked).json()) as { data: { url: string } }
  await watch(desk)
  await expect(desk.locator('.watermark')).toHaveText(`${mobile.slice(0, 3)}****${mobile.slice(7)}`)
  await desk.locator('video').evaluate((video: HTMLVideoElement) => {
    video.currentTime = 5
  })
  await expect.poll(() => secondsOf(desk)).toBeGreaterThan(5)
  const saved = desk.waitForResponse((answer) => answer.url().endsWith('/progress/') && answer.ok())
  await desk.keyboard.press(' ')
  await saved

  // The second device shares only the login.
  const session = await desk.evaluate(() => localStorage.getItem('luffy.session'))
  const bed = await phone.newPage()
  await bed.addInitScript((kept) => localStorage.setItem('luffy.session', kept ?? ''), session)
  await bed.goto('/user/courses')
  await expect(bed.getByText(/上次看到 00:0[56]/)).toBeVisible()
  await bed.goto(`/learn/${course}/${section}`)
  await expect(bed.getByText(/上次看到 00:0[56]/)).toBeVisible()
  expect(await watch(bed)).toBeGreaterThanOrEqual(5)

  errors.allow(/40[13] GET \S+\/play\//)
  errors.allow(/console Failed to load resource.*40[13]/)
  const street = await visitor()
  const refused = await street.request.get(`/api/v1/course/section/${section}/play/`)
  expect(refused.status()).toBe(401)
  await street.goto(`/learn/${course}/${section}`)
  await expect(street.locator('video')).toHaveCount(0)

  // The signed URL works as issued, and not when it is edited or the entitlement has ended.
  const get = async (url: string) => (await street.request.get(url)).status()
  expect(await get(play.url)).toBe(200)
  expect(await get(play.url.replace(/(\/hls\/|\/files\/)(.{12})./, '$1$2~'))).toBe(403)
  expect(await get(play.url.replace(`/${section}/`, '/1/'))).toBe(403)
  await runInShop(`from luffy_api.apps.course.models import Enrollment
print(Enrollment.objects.filter(course=${course}, user__mobile="${mobile}").delete()[0])`)
  expect(await get(play.url)).toBe(403)
  await phone.close()
})

test('an upload survives a lost connection, a pause and a reload', async ({ page, errors }) => {
  test.setTimeout(240_000)
  errors.allow(/net::ERR_(INTERNET_DISCONNECTED|ABORTED|CONNECTION_RESET|FAILED) PUT \S+\/parts\//)
  errors.allow(/console Failed to load resource: net::ERR_/)
  const { sections: [section = 0] } = await newChapter(COURSE, ['分片上传的一课'])
  const big = videoFile('分片上传的一课.mp4', { padding: 17 * MEGABYTE })
  const parts: string[] = []
  let cut = true
  await page.route('**/parts/*/', async (route) => {
    const part = route.request().url().split('/').at(-2) ?? ''
    if (cut && part !== '1') return route.abort('connectionreset')
    parts.push(part)
    await route.continue()
  })

  await page.goto(`/admin/course/coursesection/${section}/change/`)
  const field = page.locator('.upload input[type=file]')
  await field.setInputFiles(big)
  await expect(page.locator('.upload__message')).toContainText('网络不稳')
  await expect.poll(() => parts).toEqual(['1'])
  await page.getByRole('button', { name: '暂停' }).click()
  await expect(page.locator('.upload__state')).toHaveText('已暂停')

  await page.reload()
  await expect(page.locator('.upload__state')).toContainText('选择同一个文件可以接着传')
  cut = false
  await field.setInputFiles(big)
  await expect(page.locator('.upload__state')).toHaveText(/正在检查|转码中|可播放/, { timeout: 60_000 })

  expect(parts.sort()).toEqual(['1', '2', '3'])
  await expect(page.locator('.upload__state')).toHaveText('可播放', TRANSCODING)
})

test('several videos are assigned to their sections, and a file that is no video is refused', async ({ page, errors }) => {
  test.setTimeout(240_000)
  errors.allow(/400 POST \S+\/complete\//)
  errors.allow(/console Failed to load resource.*400/)
  const { chapter } = await newChapter(COURSE, ['甲课', '乙课', '丙课'])
  await page.goto(`/admin/course/coursechapter/${chapter}/change/`)

  await page.locator('.many input[type=file]').setInputFiles([
    videoFile('2.mp4'),
    videoFile('乙课.mp4'),
    textFile('1.mp4'),
  ])

  await expect(page.locator('.many__said li')).toHaveText(['乙课.mp4 → 乙课', '1.mp4 → 甲课', '2.mp4 → 丙课'])
  const panel = page.locator('.upload')
  await expect(panel.nth(0).locator('.upload__message')).toContainText('不是有效的 MP4', { timeout: 30_000 })
  await expect(panel.nth(0).getByRole('button', { name: '重试' })).toBeVisible()
  await expect(panel.nth(1).locator('.upload__state')).toHaveText('可播放', TRANSCODING)
  await expect(panel.nth(2).locator('.upload__state')).toHaveText('可播放', TRANSCODING)

  await panel.nth(0).locator('input[type=file]').setInputFiles(textFile('讲义.pdf'))
  await expect(panel.nth(0).locator('.upload__message')).toContainText('请选择 MP4、')
})
