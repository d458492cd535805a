import type { Page } from '@playwright/test'

import { behindTheCounter, secondsOf, watch } from './shop'
import { expect, test } from './test'

const GIVEN = 300 * 1024

/** Of the first link of a film the first ten seconds come; what is asked for beyond waits until it is dead. */
async function firstLinkDies(page: Page): Promise<() => void> {
  let first = ''
  let die: () => void = () => undefined
  const death = new Promise<void>((resolve) => (die = resolve))
  await page.route('**/files/**/*.mp4', async (route) => {
    const url = route.request().url()
    first ||= url
    if (url !== first) return route.continue()
    if (route.request().headers().range !== 'bytes=0-') {
      await death
      return route.fulfill({ status: 403, body: '链接已失效' })
    }
    const whole = await route.fetch()
    const body = await whole.body()
    const headers = { ...whole.headers(), 'content-range': `bytes 0-${GIVEN - 1}/${body.length}` }
    await route.fulfill({ status: 206, headers, body: body.subarray(0, GIVEN) })
  })
  return () => {
    die()
  }
}

test('a paused film whose link dies stays paused, and goes on where the viewer drags it', async ({ page, faults }) => {
  faults.allow(/403 GET \S+\/files\//)
  faults.allow(/console Failed to load resource.*403/)
  const ids = behindTheCounter(`
from luffy_api.apps.course.models import CourseSection
section = CourseSection.objects.filter(free_trail=True, hls="", video__endswith=".mp4", duration=26).first()
print(section.chapter.course_id, section.pk)`)
  const [course, section] = ids.split(' ')
  const die = await firstLinkDies(page)
  await page.goto(`/learn/${course}/${section}`)
  await watch(page)
  const video = page.locator('video')
  const paused = () => video.evaluate((film: HTMLVideoElement) => film.paused)
  const state = () => video.evaluate((film: HTMLVideoElement) => film.readyState)

  await page.keyboard.press(' ')
  await expect.poll(paused).toBe(true)
  await video.evaluate((film: HTMLVideoElement) => {
    film.currentTime = 20
  })
  const renewed = page.waitForResponse('**/play/')
  die()
  await renewed

  await expect.poll(state).toBeGreaterThan(1)
  expect(await secondsOf(page)).toBeCloseTo(20, 0)
  expect(await paused()).toBe(true)
  await page.keyboard.press(' ')
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(21)
})
