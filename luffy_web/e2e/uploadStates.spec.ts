import type { Page } from '@playwright/test'

import { violations } from './accessibility'
import { brokenVideo, newChapter } from './videos'
import { sessionOf } from './shop'
import { expect, test } from './test'

const COURSE = 'Vue 3 后台管理系统实战'
const TRANSCODING = { timeout: 150_000 }
const OTHER_STATES = /未上传|转码中|可播放/

test.use({ storageState: sessionOf('admin') })

/** The elements that end to the right of the page or of their box. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const limit = (each: Element) =>
      each.parentElement?.closest('.upload, .module, .luffy-outline')?.getBoundingClientRect().right ?? innerWidth
    return Array.from(document.querySelectorAll('body *'))
      .filter((each) => each.getClientRects().length > 0)
      .filter((each) => each.getBoundingClientRect().right > Math.min(innerWidth, limit(each)) + 1)
      .map(({ tagName, id, className }) => `${tagName}#${id}.${className}`)
  })
}

test('a failed transcoding is shown at one place only, and can be retried', async ({ page }) => {
  test.setTimeout(240_000)
  const { chapter, sections: [section = 0] } = await newChapter(COURSE, ['录坏的一课'], { withVideo: true })
  await page.goto(`/admin/course/coursechapter/${chapter}/change/`)
  const panel = page.getByRole('group', { name: '视频：录坏的一课' })
  const row = page.locator('tr.form-row', { has: panel })
  await expect(panel.getByRole('status')).toContainText('可播放')

  await panel.locator('input[type=file]').setInputFiles(brokenVideo(`${'名字很长的一课'.repeat(20)}.mp4`))
  await expect(panel.getByRole('status')).toContainText('失败', TRANSCODING)
  await expect(panel.getByRole('alert')).toContainText('不是有效的视频')
  await expect(row).not.toContainText(OTHER_STATES)
  expect(await overflowing(page)).toEqual([])

  const again = page.waitForResponse(/\/media\/retry\/$/)
  await panel.getByRole('button', { name: '重试' }).click()
  expect((await again).ok()).toBe(true)
  await expect(panel.getByRole('status')).toContainText('失败', TRANSCODING)

  // A page opened now shows the same state.
  await page.goto(`/admin/course/coursesection/${section}/change/`)
  await expect(panel.getByRole('status')).toContainText('失败')
  await expect(page.locator('#coursesection_form')).not.toContainText(OTHER_STATES)
})

const DESK = { viewport: { width: 1366, height: 768 } }
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
/** What the menu leaves of a desktop's screen. */
const BESIDE_THE_MENU = { width: 1154, height: 670 }

const PAGES = [
  { address: 'course/1', part: '.luffy-outline' },
  { address: 'coursechapter/1', part: '.inline-group' },
  { address: 'coursesection/1', part: '[data-video-upload]' },
]

for (const [name, screen] of Object.entries({ DESK, PHONE })) {
  test.describe(name, () => {
    test.use(screen)

    for (const { address, part } of PAGES) {
      test(`nothing of ${address} is cut off, too small or unnamed`, async ({ page }) => {
        await page.goto(`/admin/course/${address}/change/`)
        const panels = page.getByRole('group', { name: /^视频：/ })
        if (address === 'course/1') await expect(page.locator('[data-section]').first()).toBeVisible()
        else {
          await expect(panels.first()).toContainText('可播放')
          await page.getByText('改用普通方式').first().click()
        }

        expect(await overflowing(page)).toEqual([])
        expect(await violations(page, part)).toEqual([])
        const targets = page.locator(':is(.many__button, .upload__button, [data-video-upload] summary, .luffy-outline button):visible')
        const heights = await targets.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().height))
        expect(heights.filter((height) => height < (screen === PHONE ? 36 : 20))).toEqual([])

        if (screen === PHONE) return
        await page.setViewportSize(BESIDE_THE_MENU)
        expect(await overflowing(page)).toEqual([])
      })
    }
  })
}
