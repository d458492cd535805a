import { secondsOf, sessionOf, watch } from './shop'
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
  await expect.poll(() => secondsOf(page), { timeout: 15_000 }).toBeGreaterThanOrEqual(12)

  await page.goto('/user/courses')
  await expect(page.getByRole('article').filter({ hasText: 'Linux 命令行起步' })).toContainText('继续学习')
})
