import type { Page } from '@playwright/test'

import { newLearner } from './shop'
import { expect, test } from './test'

test.use({ newProfile: true })

/** Above .1 Google calls a page unstable; these pages know how much room they need. */
const LIMIT = 0.02
const SIZES = [
  { name: 'a laptop', viewport: { width: 1366, height: 768 } },
  { name: 'a phone', viewport: { width: 390, height: 844 } },
]
const PAGES = ['/', '/all-courses', '/actual-course', '/course/3', '/course/search', '/course/search?word=Python', '/learn/3']
/** Milliseconds: every state of a page is painted, and hot words, pictures and outlines come late. The last that fits counts. */
const DELAYS: [RegExp, number][] = [
  [/\/(api|media)\//, 300],
  [/\/api\/v1\/course\/(search\/hot|category|chapter)\//, 700],
]

async function slowDown(page: Page) {
  for (const [path, delay] of DELAYS) {
    await page.route(path, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, delay))
      await route.continue()
    })
  }
}

/** Pages then ask the API for everything, as in a browser that does not tell them the server's time. */
function leaveAnswersOfDocument() {
  performance.getEntriesByType = () => []
}

/** Runs before the page's own scripts. */
function recordShifts() {
  const kept: { value: number; moved: string[] }[] = []
  Object.assign(window, { shifts: kept })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number
      hadRecentInput: boolean
      sources: { node?: Node }[]
    })[]) {
      const moved = entry.sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 80) : String(node)))
      if (!entry.hadRecentInput) kept.push({ value: entry.value, moved })
    }
  }).observe({ type: 'layout-shift', buffered: true })
}

/** Opens a page; nothing of it may move. */
async function expectStill(page: Page, path: string) {
  await page.goto(path, { waitUntil: 'networkidle' })
  const shifts = await page.evaluate(() => (window as unknown as { shifts: { value: number; moved: string[] }[] }).shifts)
  const sum = shifts.reduce((total, { value }) => total + value, 0)
  expect(sum, `${path}: ${JSON.stringify(shifts, null, 1)}`).toBeLessThanOrEqual(LIMIT)
}

const WAYS = [
  { way: 'with the answers of their document', prepare: () => undefined },
  { way: 'with late answers', prepare: leaveAnswersOfDocument },
]
const CASES = SIZES.flatMap((size) => WAYS.map((way) => ({ ...size, ...way })))

for (const { name, viewport, way, prepare } of CASES) {
  test(`while pages load ${way} nothing moves on ${name}`, async ({ page }) => {
    await page.setViewportSize(viewport)
    await page.addInitScript(prepare)
    await page.addInitScript(recordShifts)
    await slowDown(page)

    for (const path of PAGES) await expectStill(page, path)
  })
}

for (const { name, viewport } of SIZES) {
  test(`while a student's own course loads nothing moves on ${name}`, async ({ page }) => {
    const [course, section] = await newLearner(page, 'Linux 命令行起步')
    await page.setViewportSize(viewport)
    await page.addInitScript(recordShifts)
    await slowDown(page)

    await expectStill(page, `/learn/${course}/${section}`)
  })
}
