import type { Page } from '@playwright/test'

import { expect, test } from './test'

test.use({ newProfile: true, serviceWorkers: 'allow' })

const isControlled = (page: Page) => page.evaluate(() => navigator.serviceWorker.controller?.scriptURL.endsWith('/sw.js') ?? false)

/** Paths of all that the worker keeps, and how many caches there are. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const names = await caches.keys()
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return { caches: names.length, paths: requests.flat().map(({ url }) => new URL(url).pathname) }
  })

test('the app keeps its files and a page for no network, and nothing else', async ({ page, context, errors }) => {
  errors.allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/)
  // What the worker of a release before this one has left.
  await page.goto('/healthz')
  await page.evaluate(() => caches.open('luffy-0123456789abcdef'))
  await page.goto('/course/3')
  await expect.poll(() => isControlled(page)).toBe(true)

  // The document brings its answers along as ever: the server's time comes through the worker.
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.reload({ waitUntil: 'networkidle' })
  expect(asked).not.toContain('/api/v1/course/3/')

  await expect.poll(async () => (await kept(page)).paths.length).toBeGreaterThan(3)
  const { caches: count, paths } = await kept(page)
  expect(count).toBe(1)
  expect(paths.filter((path) => !/^\/assets\/.+-[\w-]{8}\.\w+$/.test(path))).toEqual(['/offline.html'])

  await context.setOffline(true)
  await page.goto('/light-course')
  await expect(page.getByRole('heading', { name: '没有网络' })).toBeVisible()
  await expect(page).toHaveURL('/light-course')
  await context.setOffline(false)
  await page.getByRole('link', { name: '重试' }).click()
  await expect(page.getByRole('heading', { level: 1, name: '轻课' })).toBeVisible()
})

test('where the school wants no worker, nothing of it is left', async ({ page }) => {
  await page.goto('/announcements')
  await expect.poll(() => isControlled(page)).toBe(true)

  // What /sw.js is then.
  await page.evaluate(() => navigator.serviceWorker.register('/no-service-worker.js'))

  await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0)
  expect(await kept(page)).toEqual({ caches: 0, paths: [] })
})
