import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { Page } from '@playwright/test'

import { sessionOf, withoutClicks } from './shop'
import { expect, test } from './test'

test.use({ newProfile: true })

const HOT_WORDS = 'course/search/hot/'
/** What each page asks the API for; its document has brought the rest along. */
const ASKED: [path: string, addresses: string[]][] = [
  ['/', [HOT_WORDS]],
  ['/actual-course', [HOT_WORDS]],
  ['/course/search?word=Python%20%E7%88%AC%E8%99%AB', [HOT_WORDS]],
  ['/course/search?word=Python', [HOT_WORDS]],
  ['/course/3', [HOT_WORDS, 'order/methods/']],
]
/** A phone with three pixels to a point is served with two. */
const SIZES = [
  { name: 'a laptop', viewport: { width: 1366, height: 768 }, deviceScaleFactor: 1 },
  { name: 'a phone', viewport: { width: 390, height: 844 }, deviceScaleFactor: 3 },
]

/** All that the API is asked from now on, the addresses by which a page begins, and all pictures. */
function listen(page: Page) {
  const asked: string[] = []
  const addresses: string[] = []
  const pictures: string[] = []
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url())
    if (pathname.startsWith('/api/v1/')) asked.push(`${request.method()} ${pathname}${search}`)
    // Ratings and courses like this one are asked for by whoever comes near them; a short page is near at once.
    if (/\/(related|community\/rating)\/$/.test(pathname)) return
    if (pathname.startsWith('/api/v1/')) addresses.push(pathname.slice('/api/v1/'.length) + search)
    if (request.resourceType() === 'image') pictures.push(pathname)
  })
  return { asked, addresses, pictures }
}

for (const [path, expected] of ASKED) {
  test(`${path} is shown with what its document brings`, async ({ page }) => {
    const { addresses } = listen(page)

    await page.goto(path, { waitUntil: 'networkidle' })

    await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible()
    expect([...addresses].sort()).toEqual(expected)
  })
}

/** Addresses of the routes that have something in them. */
const EXAMPLES: Record<string, string[]> = {
  '/topic/:slug([a-z0-9-]+)': ['/topic/none'],
  '/course/search': ['/course/search?word=Python', '/course/search?word=zzzz'],
  '/course/:id(\\\\d+)': ['/course/1', '/course/9'],
  '/learn/:course(\\\\d+)/:section(\\\\d+)?': ['/learn/1', '/learn/1/1'],
  '/package/:id(\\\\d+)': ['/package/1'],
  '/certificate/:number([0-9A-Za-z]{26})': ['/certificate/00000000000000000000000000'],
  '/pay/success': ['/pay/success?out_trade_no=unknown'],
  '/login/callback/:provider(wechat|alipay)': ['/login/callback/wechat?code=none&state=none'],
  '/announcements/:id(\\\\d+)': ['/announcements/999'],
  '/help/:id(\\\\d+)': ['/help/999'],
  '/agreement/:kind(terms|privacy|refund)/:version(\\\\d+)?': ['/agreement/terms'],
  '/user/certificates/:course(\\\\d+)?': ['/user/certificates'],
  '/user/orders/:out_trade_no([\\\\w-]+)': ['/user/orders/none'],
  '/:path(.*)*': ['/no-such-page'],
}
const ROUTES = readFileSync(fileURLToPath(new URL('../src/router/routes.ts', import.meta.url)), 'utf8')
const PLACES = [...ROUTES.matchAll(/^    path: '(.*)',$/gm)].flatMap(([, path = '']) => EXAMPLES[path] ?? [path])

/**
 * On a slow machine the header has the cart before the script of its page is there, which then asks for what has
 * changed since. That it does not ask while the header does is held by OrderCart.spec.ts.
 */
const MAY_BE_ASKED_AGAIN: Record<string, string> = { '/cart': 'GET /api/v1/order/cart/' }

for (const who of ['visitor', 'student'] as const) {
  test.describe(`for a ${who}`, () => {
    test.use(who === 'student' ? { storageState: sessionOf(who) } : {})

    test('no page asks for anything twice', async ({ page, errors }) => {
      test.setTimeout(300_000)
      errors.allow(/40[0-4] GET |console .*40[0-4]/)
      expect(PLACES.length).toBeGreaterThan(35)
      const { asked } = listen(page)
      for (const place of PLACES) {
        expect(place).not.toContain(':')
        asked.length = 0

        await page.goto(place, { waitUntil: 'networkidle' })

        const twice = asked.filter((address, at) => asked.indexOf(address) < at)
        expect.soft(twice.filter((address) => address !== MAY_BE_ASKED_AGAIN[place]), place).toEqual([])
      }
    })
  })
}

test('learning asks for the video alone', async ({ page }) => {
  const { addresses } = listen(page)

  await page.goto('/learn/3', { waitUntil: 'networkidle' })

  expect(addresses.filter((address) => /^course\/(\d|chapter)/.test(address))).toEqual([])
})

test('what a page shows later is asked for', async ({ page }) => {
  await page.goto('/', { waitUntil: 'networkidle' })
  const { addresses } = listen(page)

  await page.getByRole('navigation', { name: '课程' }).getByRole('link', { name: '实战课' }).click()
  await expect(page.getByRole('heading', { name: '实战课', level: 1 })).toBeVisible()
  await expect(page).toHaveURL('/actual-course')
  await page.goBack()
  await expect(page).toHaveURL('/')
  await expect(page.getByRole('article').first()).toBeVisible()

  expect(addresses).toContain('course/?kind=2&page=1&page_size=12')
  expect(addresses).toContain('home/listing/')
})

for (const { name, ...size } of SIZES) {
  test.describe(`on ${name}`, () => {
    test.use(size)

    for (const path of ['/', '/actual-course', '/course/3', '/learn/3', '/course/search?word=Python']) {
      test(`the first picture of ${path} is loaded once, in one width`, async ({ page }) => {
        const { pictures } = listen(page)
        await withoutClicks(page)

        await page.goto(path, { waitUntil: 'networkidle' })

        const shown = await page.locator('img[fetchpriority=high]').first().evaluate((img: HTMLImageElement) => ({
          taken: new URL(img.currentSrc).pathname,
          all: img.srcset.split(', ').map((each) => each.split(' ')[0] ?? ''),
        }))
        expect(pictures.filter((each) => shown.all.includes(each))).toEqual([shown.taken])
        const preloaded = await page
          .locator('link[rel=preload][as=image]')
          .evaluateAll((links) =>
            (links as HTMLLinkElement[]).filter(({ media }) => matchMedia(media).matches).map(({ imageSrcset }) => imageSrcset),
          )
        expect(preloaded).toHaveLength(1)
        expect(preloaded[0]).toContain(shown.taken)
      })
    }
  })
}
