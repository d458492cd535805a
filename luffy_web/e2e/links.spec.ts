import type { Page } from '@playwright/test'

import { readySections, type ReadySections } from './videos'
import { secondsOf, sessionOf, watch } from './shop'
import { expect, test } from './test'

const COURSE = 'SQL 数据分析'
/** Bytes of the first answer, so that the video is not loaded completely when its link expires. */
const CHUNK = 200_000

// What a process has loaded of a video it does not ask for again, whoever shows it next.
test.use({ storageState: sessionOf('student'), newProfile: true })

let videos: ReadySections
test.beforeAll(async () => {
  videos = await readySections(COURSE)
})

/**
 * The first link has expired already. The second delivers the beginning of the video and expires when the
 * journey calls `expire`. The third is valid; what it leads to comes once `held` is done.
 */
async function expiringLinks(page: Page, held?: Promise<void>) {
  let plays = 0
  let expire: (() => void) | undefined
  const expired = new Promise<void>((resolve) => (expire = resolve))
  await page.route('**/play/', async (route) => {
    plays += 1
    const answer = await route.fetch()
    const body = (await answer.json()) as { data: { url: string; position: number } }
    // The beginning ends before the place where the journey before has left it.
    body.data.position = 0
    if (plays === 1) body.data.url = body.data.url.replace(/(\/(files|hls)\/)./, '$1~')
    await route.fulfill({ response: answer, json: body })
  })
  await page.route('**/files/**', async (route) => {
    const [url, headers] = [route.request().url(), route.request().headers()]
    if (plays === 3) await held
    if (plays !== 2 || url.endsWith('part0.ts')) return route.continue()
    if (headers.range?.startsWith('bytes=0-')) {
      const response = await route.fetch({ headers: { ...headers, range: `bytes=0-${CHUNK - 1}` } })
      return route.fulfill({ response })
    }
    await expired
    await route.fulfill({ status: 403 }).catch(() => undefined)
  })
  return { expire: () => expire?.(), plays: () => plays }
}

/** Records the overlays of the player from now on. */
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
  test(`an ${type} video continues at the same second when its link has expired, or expires`, async ({ page, errors }) => {
    errors.allow(/403 GET \S+\/(files|hls)\//)
    errors.allow(/console Failed to load resource.*403/)
    const links = await expiringLinks(page)

    await page.goto(`/learn/${videos.course}/${videos[type]}`)
    await watch(page)
    expect(links.plays()).toBe(2)
    await page.locator('video').evaluate((video: HTMLVideoElement) => {
      video.playbackRate = 1.5
      video.volume = 0.3
    })
    await watchOverlays(page)
    const before = await secondsOf(page)
    links.expire()

    await expect.poll(links.plays).toBe(3)
    await expect.poll(() => secondsOf(page)).toBeGreaterThan(before + 1)
    expect(await secondsOf(page)).toBeLessThan(before + 8)
    await expect(page.locator('video')).toHaveJSProperty('playbackRate', 1.5)
    await expect(page.locator('video')).toHaveJSProperty('volume', 0.3)
    await expect(page.locator('.watermark')).toHaveText('138****0001')
    expect(await overlays(page)).toEqual([])
  })
}

for (const type of ['mp4', 'flv', 'hls'] as const) {
  test(`an ${type} video goes where the viewer wants it while its new link is loaded`, async ({ page, errors }) => {
    errors.allow(/403 GET \S+\/(files|hls)\//)
    errors.allow(/console Failed to load resource.*403/)
    let release: (() => void) | undefined
    const links = await expiringLinks(page, new Promise((resolve) => (release = resolve)))
    await page.goto(`/learn/${videos.course}/${videos[type]}`)
    await watch(page)
    const before = await secondsOf(page)
    const isAsked = page.waitForRequest((request) => links.plays() === 3 && request.url().includes('/files/'))
    links.expire()
    await isAsked

    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key)
    release?.()

    await expect.poll(() => secondsOf(page)).toBeGreaterThan(before + 16)
  })
}

/** Leaves the page little time between two tasks, so that what the video has to say is heard late. */
const beBusy = (page: Page) =>
  page.evaluate(() => {
    setInterval(() => {
      const until = performance.now() + 40
      while (performance.now() < until);
    }, 41)
  })

for (const isBusy of [false, true]) {
  test(`a paused video whose link expires stays paused, and continues where the viewer seeks${isBusy ? ', on a busy machine' : ''}`, async ({
    page,
    errors,
  }) => {
    errors.allow(/403 GET \S+\/files\//)
    errors.allow(/console Failed to load resource.*403/)
    const links = await expiringLinks(page)
    await page.goto(`/learn/${videos.course}/${videos.mp4}`)
    await watch(page)
    const video = page.locator('video')
    const paused = () => video.evaluate((element: HTMLVideoElement) => element.paused)

    await page.keyboard.press(' ')
    await expect.poll(paused).toBe(true)
    await video.evaluate((element: HTMLVideoElement) => {
      element.currentTime = 20
    })
    if (isBusy) await beBusy(page)
    links.expire()
    await expect.poll(links.plays).toBe(3)

    await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.readyState)).toBeGreaterThan(1)
    expect(await secondsOf(page)).toBeCloseTo(20, 0)
    expect(await paused()).toBe(true)
    await page.keyboard.press(' ')
    await expect.poll(() => secondsOf(page)).toBeGreaterThan(21)
  })
}

test('an flv video resumes, and can be sought', async ({ page }) => {
  await page.goto(`/learn/${videos.course}/${videos.left}`)
  await expect(page.getByText('上次看到 00:09')).toBeVisible()
  expect(await watch(page)).toBeGreaterThanOrEqual(10)

  await page.locator('video').evaluate((video: HTMLVideoElement) => {
    video.currentTime = 3
  })
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(4)
  expect(await secondsOf(page)).toBeLessThan(9)
})

test('an flv video without an index is sought beyond the buffer, and back to what was evicted', async ({ page }) => {
  let seek: (() => void) | undefined
  const sought = new Promise<void>((resolve) => (seek = resolve))
  await page.route('**/long.flv*', async (route) => {
    if (!route.request().headers().range?.startsWith('bytes=0-')) await sought
    await route.continue()
  })
  await page.goto(`/learn/${videos.course}/${videos.long}`)
  await watch(page)
  const video = page.locator('video')

  await video.evaluate((element: HTMLVideoElement) => {
    element.currentTime = 350
  })
  seek?.()
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(353)
  expect(await video.evaluate((element: HTMLVideoElement) => element.buffered.start(0))).toBeGreaterThan(6)

  await video.evaluate((element: HTMLVideoElement) => {
    element.currentTime = 5
  })
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(6)
  expect(await secondsOf(page)).toBeLessThan(20)
})

test('an hls video changes its quality, is sought beyond the buffer and goes on after a fault of the network', async ({
  page,
  errors,
}) => {
  errors.allow(/503 GET \S+\/files\//)
  errors.allow(/console Failed to load resource.*503/)
  const levels = new Set<string>()
  page.on('request', (request) => levels.add(/(\d+x\d+)\/\w+\.ts/.exec(request.url())?.[1] ?? ''))
  await page.goto(`/learn/${videos.course}/${videos.longHls}`)
  await watch(page)
  const video = page.locator('video')
  const seek = (second: number) => video.evaluate((element: HTMLVideoElement, to) => (element.currentTime = to), second)

  await expect.poll(() => levels.has('640x360')).toBe(true)
  await video.evaluate((element: HTMLVideoElement) => (element.playbackRate = 4))
  // Beyond the first segment of the better quality.
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(26)

  let faults = 2
  await page.route('**/*.ts', (route) => {
    faults -= 1
    return faults < 0 ? route.continue() : route.fulfill({ status: 503 })
  })
  await seek(200)
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(201)
  expect(faults).toBeLessThan(0)
  await seek(100)
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(101)
  expect(await secondsOf(page)).toBeLessThan(150)
  await seek(361)
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.ended)).toBe(true)
})
