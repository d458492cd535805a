import type { Page } from '@playwright/test'

import { sessionOf } from './shop'
import { expect, test } from './test'

// One after the other in one browser, so that the second has the profile of the first.
test.describe.configure({ mode: 'serial' })

/** What pages of the shop keep in this profile. */
async function kept(page: Page) {
  const stored = await page.evaluate(async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: await caches.keys(),
  }))
  const cookies = await page.context().cookies()
  return { ...stored, cookies: cookies.map(({ name }) => name) }
}

let worker: number | undefined

test.describe('of a student', () => {
  test.use({ storageState: sessionOf('student') })

  test('a profile begins with the session alone, and pages may keep something in it', async ({ page }, info) => {
    await page.goto('/healthz')
    expect(await kept(page)).toEqual({ local: ['luffy.session'], session: [], databases: [], caches: [], cookies: [] })

    await page.evaluate(async () => {
      localStorage.setItem('left', '1')
      sessionStorage.setItem('left', '1')
      document.cookie = 'left=1'
      await caches.open('left')
      await new Promise((resolve) => (indexedDB.open('left').onsuccess = resolve))
    })
    expect((await kept(page)).databases).toEqual(['left'])
    worker = info.workerIndex
  })
})

test('nothing of it is left in the next journey', async ({ page, visitor }, info) => {
  expect(info.workerIndex).toBe(worker)
  for (const each of [page, await visitor()]) {
    await each.goto('/healthz')
    expect(await kept(each)).toEqual({ local: [], session: [], databases: [], caches: [], cookies: [] })
  }
})
