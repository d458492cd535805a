// Loads the pages of a running shop in Chromium with an empty cache, one after the other, at the
// size of a laptop and of a phone; prints one JSON object a page.
//
//     node pages.mjs http://127.0.0.1:8000 FOLDER_OF_THE_FRONT_END
//
// Bytes are those of the bodies on the wire, compressed where they are. `cls` adds up every layout shift that nobody caused by a click.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'

const [base, folder] = process.argv.slice(2)
const { chromium } = createRequire(`${folder}/package.json`)('@playwright/test')

const SIZES = {
  laptop: { viewport: { width: 1366, height: 768 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true },
}
/** Milliseconds of silence after which a page counts as complete. */
const QUIET_TIME = 1500
const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking']

async function json(path) {
  return (await (await fetch(new URL(path, base))).json()).data
}

/** The addresses: a course with a video that everybody may watch stands for all of them. */
async function pagesOf() {
  const { results } = await json('/api/v1/course/?kind=2&page_size=50')
  for (const { id } of results) {
    const { trial_section: section } = await json(`/api/v1/course/${id}/`)
    if (!section) continue
    return {
      home: '/',
      listing: '/actual-course',
      course: `/course/${id}`,
      search: '/course/search?word=Python',
      learn: `/learn/${id}/${section}`,
    }
  }
  throw new Error('no course has a video for everybody')
}

/** Runs before the page's own scripts. */
function watchShifts() {
  window.shifted = 0
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifted += shift.value
  }).observe({ type: 'layout-shift', buffered: true })
  new PerformanceObserver((list) => {
    window.largest = list.getEntries().at(-1)?.startTime
  }).observe({ type: 'largest-contentful-paint', buffered: true })
}

async function countBytes(page) {
  const bytes = {}
  const kinds = new Map()
  let last = Date.now()
  const client = await page.context().newCDPSession(page)
  await client.send('Network.enable')
  client.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type))
  client.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId) ?? 'Other'
    bytes[kind] = (bytes[kind] ?? 0) + encodedDataLength
  })
  for (const event of ['dataReceived', 'loadingFinished', 'requestWillBeSent']) {
    client.on(`Network.${event}`, () => (last = Date.now()))
  }
  return { bytes, silence: () => Date.now() - last }
}

async function measure(browser, size, path) {
  const context = await browser.newContext(SIZES[size])
  const page = await context.newPage()
  await page.addInitScript(watchShifts)
  const { bytes, silence } = await countBytes(page)
  await page.goto(new URL(path, base).href)
  while (silence() < QUIET_TIME) await page.waitForTimeout(100)
  const { shifted, largest } = await page.evaluate(() => ({ shifted: window.shifted, largest: window.largest }))
  await context.close()
  const sum = (...names) => names.reduce((total, name) => total + (bytes[name] ?? 0), 0)
  return {
    cls: shifted,
    largest,
    scripts: sum('Script'),
    pictures: sum('Image'),
    answers: sum('Fetch', 'XHR'),
    all: sum(...Object.keys(bytes)) - sum('Media'),
  }
}

const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(
  (path) => path && existsSync(path),
)
const browser = await chromium.launch({ executablePath, args: ARGUMENTS })
for (const [page, path] of Object.entries(await pagesOf())) {
  for (const size of Object.keys(SIZES)) {
    console.log(JSON.stringify({ page, size, path, ...(await measure(browser, size, path)) }))
  }
}
await browser.close()
