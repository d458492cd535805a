import { sessionOf } from './shop'
import { expect, test } from './test'

test.use({ storageState: sessionOf('admin') })

test('an admin sees the courses, framed by the right headers', async ({ page }) => {
  const answer = await page.goto('/admin/course/course/')

  expect(answer?.status()).toBe(200)
  const headers = answer?.headers() ?? {}
  expect(headers['x-frame-options']).toBe('SAMEORIGIN')
  expect(headers['content-security-policy']).toContain("default-src 'self'")
  await expect(page.getByRole('link', { name: 'Python 爬虫实战' }).first()).toBeVisible()
})

/** The longest name there is: with how many of each kind wait. */
const LONG = '退款（申请中 128，失败 32）'
const fill = (all: Element[], text: string) => {
  for (const each of all) each.textContent = text
}
const cutOff = (all: Element[]) =>
  all.filter((each) => each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight + 1).length

for (const [screen, width] of Object.entries({ desktop: 1366, phone: 390 })) {
  test(`the count of what waits is not cut off on a ${screen}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 })
    await page.goto('/admin/')

    const tiles = page.locator('.quick-wrap .card-name')
    await expect(tiles.first()).toBeVisible()
    await tiles.evaluateAll(fill, LONG)
    expect(await tiles.evaluateAll(cutOff)).toBe(0)

    if (screen === 'phone') await page.locator('.fa-bars').click()
    await page.locator('.el-submenu__title:visible', { hasText: '交易' }).first().click()
    const entries = page.locator('.el-submenu .el-menu-item:visible')
    await expect(entries.first()).toBeVisible()
    await entries.locator('span:last-child').evaluateAll(fill, LONG)
    expect(await entries.evaluateAll(cutOff)).toBe(0)
  })
}
