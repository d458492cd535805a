import type { Page } from '@playwright/test'

import { readySections, type ReadySections } from './films'
import { secondsOf, sessionOf, watch } from './shop'
import { expect, test } from './test'

const COURSE = 'SQL 数据分析'
/** Bytes that one answer brings of a film, so that it is not here as a whole when its link dies. */
const PIECE = 200_000

test.use({ storageState: sessionOf('student') })

let films: ReadySections
test.beforeAll(() => {
  films = readySections(COURSE)
})

/**
 * The first link is dead on arrival, as after two hours. The second brings the beginning of the film and dies when
 * the journey says so. The third lives.
 */
async function mortalLinks(page: Page) {
  let plays = 0
  let die: (() => void) | undefined
  const death = new Promise<void>((resolve) => (die = resolve))
  await page.route('**/play/', async (route) => {
    plays += 1
    const answer = await route.fetch()
    const body = (await answer.json()) as { data: { url: string } }
    if (plays === 1) body.data.url = body.data.url.replace(/(\/(files|hls)\/)./, '$1~')
    await route.fulfill({ response: answer, json: body })
  })
  await page.route('**/files/**', async (route) => {
    const [url, headers] = [route.request().url(), route.request().headers()]
    if (plays !== 2 || url.endsWith('part0.ts')) return route.continue()
    if (headers.range?.startsWith('bytes=0-')) {
      const response = await route.fetch({ headers: { ...headers, range: `bytes=0-${PIECE - 1}` } })
      return route.fulfill({ response })
    }
    await death
    await route.fulfill({ status: 403 }).catch(() => undefined)
  })
  return { die: () => die?.(), plays: () => plays }
}

/** Notes whatever is laid over the picture from now on. */
const watchOverlays = (page: Page) =>
  page.locator('.player').evaluate((player) => {
    const seen: string[] = []
    Object.assign(window, { overlays: seen })
    new MutationObserver(() => {
      const over = player.querySelector('.player__over')
      if (over) seen.push(over.textContent)
    }).observe(player, { childList: true, subtree: true })
  })

const overlays = (page: Page) => page.evaluate(() => (window as unknown as { overlays: string[] }).overlays)

for (const type of ['mp4', 'flv', 'hls'] as const) {
  test(`an ${type} film goes on at the same second when its link has died, or dies`, async ({ page, faults }) => {
    faults.allow(/403 GET \S+\/(files|hls)\//)
    faults.allow(/console Failed to load resource.*403/)
    const links = await mortalLinks(page)

    await page.goto(`/learn/${films.course}/${films[type]}`)
    await watch(page)
    expect(links.plays()).toBe(2)
    await page.locator('video').evaluate((video: HTMLVideoElement) => {
      video.playbackRate = 1.5
      video.volume = 0.3
    })
    await watchOverlays(page)
    const before = await secondsOf(page)
    links.die()

    await expect.poll(links.plays, { timeout: 15_000 }).toBe(3)
    await expect.poll(() => secondsOf(page)).toBeGreaterThan(before + 1)
    expect(await secondsOf(page)).toBeLessThan(before + 8)
    await expect(page.locator('video')).toHaveJSProperty('playbackRate', 1.5)
    await expect(page.locator('video')).toHaveJSProperty('volume', 0.3)
    await expect(page.locator('.mark')).toHaveText('138****0001')
    expect(await overlays(page)).toEqual([])
  })
}

test('a paused film whose link dies stays paused, and goes on where the viewer drags it', async ({ page, faults }) => {
  faults.allow(/403 GET \S+\/files\//)
  faults.allow(/console Failed to load resource.*403/)
  const links = await mortalLinks(page)
  await page.goto(`/learn/${films.course}/${films.mp4}`)
  await watch(page)
  const video = page.locator('video')
  const paused = () => video.evaluate((film: HTMLVideoElement) => film.paused)

  await page.keyboard.press(' ')
  await expect.poll(paused).toBe(true)
  await video.evaluate((film: HTMLVideoElement) => {
    film.currentTime = 20
  })
  links.die()
  await expect.poll(links.plays, { timeout: 15_000 }).toBe(3)

  await expect.poll(() => video.evaluate((film: HTMLVideoElement) => film.readyState)).toBeGreaterThan(1)
  expect(await secondsOf(page)).toBeCloseTo(20, 0)
  expect(await paused()).toBe(true)
  await page.keyboard.press(' ')
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(21)
})

test('an flv film goes on where it was left, and can be sought', async ({ page }) => {
  await page.goto(`/learn/${films.course}/${films.left}`)
  await expect(page.getByText('上次看到 00:09')).toBeVisible()
  expect(await watch(page)).toBeGreaterThanOrEqual(10)

  await page.locator('video').evaluate((video: HTMLVideoElement) => {
    video.currentTime = 3
  })
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(4)
  expect(await secondsOf(page)).toBeLessThan(9)
})

test('an flv film without an index is sought beyond what is loaded, and back to what was given up', async ({ page }) => {
  let seek: (() => void) | undefined
  const sought = new Promise<void>((resolve) => (seek = resolve))
  await page.route('**/long.flv*', async (route) => {
    if (!route.request().headers().range?.startsWith('bytes=0-')) await sought
    await route.continue()
  })
  await page.goto(`/learn/${films.course}/${films.long}`)
  await watch(page)
  const video = page.locator('video')

  await video.evaluate((film: HTMLVideoElement) => {
    film.currentTime = 350
  })
  seek?.()
  await expect.poll(() => secondsOf(page), { timeout: 15_000 }).toBeGreaterThan(353)
  expect(await video.evaluate((film: HTMLVideoElement) => film.buffered.start(0))).toBeGreaterThan(6)

  await video.evaluate((film: HTMLVideoElement) => {
    film.currentTime = 5
  })
  await expect.poll(() => secondsOf(page), { timeout: 15_000 }).toBeGreaterThan(6)
  expect(await secondsOf(page)).toBeLessThan(20)
})
