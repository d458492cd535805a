import type { Page } from '@playwright/test'

import { darkViolations } from './accessibility'
import { runInShop, secondsOf, sessionOf, watch } from './shop'
import { expect, test } from './test'

test.use({ storageState: sessionOf('student') })

/** A free trial whose last slide stays for ten seconds while the teacher talks on, with subtitles and chapters. */
const LECTURE = `
import subprocess, tempfile, time, uuid
from django.core.files import File
from luffy_api.apps.course.models import Course, CourseChapter, CourseSection
from luffy_api.apps.video import chapters, services, subtitles
from luffy_api.apps.video.models import Video
from luffy_api.apps.video.transcoding import worker
from luffy_api.libs import storage
course = Course.objects.get(name="Linux 命令行起步")
chapter = CourseChapter.objects.create(course=course, chapter=91, name="录屏的一章")
section = CourseSection.objects.create(chapter=chapter, name="最后一页", free_trail=True)
with tempfile.TemporaryDirectory() as folder:
    made = f"{folder}/a.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:d=2:r=10",
        "-f", "lavfi", "-i", "sine=d=12", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
        "-c:a", "aac", made], check=True)
    with open(made, "rb") as file:
        name = storage.private_storage().save(f"course/videos/202611/{uuid.uuid4().hex}/source.mp4", File(file))
services.add_video(section_id=section.pk, name=name)
for language, words in [("zh-CN", "欢迎"), ("en", "welcome")]:
    content = f"1\\n00:00:00,000 --> 00:00:12,000\\n{words}\\n".encode("utf-16")
    subtitles.save(section_id=section.pk, language=language, webvtt=subtitles.check(content))
chapters.save(section_id=section.pk, chapters=chapters.parse("00:00 开场\\n00:05 最后一页"))
for _ in range(120):
    worker.run_all()
    if Video.objects.get(section=section).hls:
        break
    time.sleep(0.5)
print(course.pk, section.pk)
`

/** What the browser shows of the subtitles now. */
const shownCaption = (page: Page) =>
  page.locator('video').evaluate((video: HTMLVideoElement) => {
    const shown = Array.from(video.textTracks).filter(({ mode }) => mode === 'showing')
    return shown.map(({ language, activeCues }) => `${language}:${(activeCues?.[0] as VTTCue | undefined)?.text ?? ''}`)
  })

async function chooseCaption(page: Page, name: string) {
  await page.locator('.xgplayer').hover()
  const menu = page.locator('.xgplayer-captions').first()
  await menu.hover()
  await menu.getByText(name, { exact: true }).last().click()
}

test('a lecture whose sound is longer plays to its end, with chapters and subtitles that are switched', async ({ page }) => {
  const [course, section] = (await runInShop(LECTURE)).split(' ')

  await page.goto(`/learn/${course}/${section}`)
  await watch(page)
  const length = await page.locator('video').evaluate((video: HTMLVideoElement) => video.duration)
  expect(length).toBeGreaterThan(11.5)

  await page.locator('video').evaluate((video: HTMLVideoElement) => {
    video.pause()
    video.currentTime = 1
  })
  expect(await shownCaption(page)).toEqual([])
  await chooseCaption(page, '简体中文')
  await expect.poll(() => shownCaption(page)).toEqual(['zh-CN:欢迎'])
  await chooseCaption(page, 'English')
  await expect.poll(() => shownCaption(page)).toEqual(['en:welcome'])

  // A mark on the bar, the list below and the keys lead to the chapters
  await page.locator('.xgplayer').hover()
  await page.getByRole('button', { name: '跳到 00:05 最后一页' }).click()
  await expect.poll(() => secondsOf(page)).toBeGreaterThanOrEqual(5)
  const chapter = (name: string) => page.getByRole('region', { name: '本节分段' }).getByRole('button', { name })
  await expect(chapter('00:05 最后一页')).toHaveAttribute('aria-current', 'true')
  await chapter('00:00 开场').focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => secondsOf(page)).toBeLessThan(4)
  await page.locator('.xgplayer').focus()
  await page.keyboard.press(']')
  await expect.poll(() => secondsOf(page)).toBeGreaterThanOrEqual(5)

  // The picture of the last slide is there ten seconds after the recording had its last one
  await page.locator('video').evaluate((video: HTMLVideoElement) => {
    video.currentTime = 9
    void video.play()
  })
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(9.5)
  await expect.poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.ended)).toBe(true)
  expect(await secondsOf(page)).toBeGreaterThan(11.5)

  // The choice is kept for the next visit
  await page.reload()
  await watch(page)
  await expect.poll(() => shownCaption(page)).toEqual(['en:welcome'])
})

test('formulas, tasks and code of a document are drawn', async ({ page }) => {
  const script = `
from luffy_api.apps.course.models import CourseSection
section = CourseSection.objects.filter(chapter__course__name="Linux 命令行起步").first()
text = "**重点：**请看 $a*b*c$ [^1]\\n\\n- [x] 看视频\\n\\n\`\`\`python\\nfor x in range(3): print(x)\\n\`\`\`\\n\\n$$\\n\\\\frac{1}{2}\\n$$\\n\\n[^1]: 出处"
made = CourseSection.objects.create(
    chapter=section.chapter, name="公式", section_type=0, content=text, free_trail=True
)
print(section.chapter.course_id, made.pk)
`
  const [course, section] = (await runInShop(script)).split(' ')
  const address = `/learn/${course}/${section}`
  // An outline that is published already may be a second old
  await expect.poll(async () => (await page.request.get(address)).status()).toBe(200)

  await page.goto(address)

  await expect(page.locator('.prose strong')).toHaveText('重点：')
  await expect(page.locator('.prose .katex')).toHaveCount(2)
  await expect(page.locator('.prose .katex-display')).toBeVisible()
  await expect(page.locator('.hljs-keyword').first()).toHaveText('for')
  await expect(page.getByRole('checkbox')).toBeChecked()
  await page.getByRole('link', { name: '[1]' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: '出处' })).toBeFocused()
  await expect(page).toHaveURL(/\/learn\/\d+\/\d+$/)

  expect(await darkViolations(page)).toEqual([])
  // On paper it is its title and text, dark on white.
  const lines = (text: string) => text.split('\n').map((line) => line.trim()).filter(Boolean)
  const text = lines(await page.locator('.prose').innerText())
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  expect(lines(await page.locator('body').innerText()).sort()).toEqual(['公式', ...text].sort())
  await expect(page.locator('.prose')).toHaveCSS('color', 'rgb(43, 37, 32)')
})
