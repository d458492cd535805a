import { expect, test } from './test'

const DARK = 'rgb(23, 20, 17)'

test('what is chosen in the footer is kept, and shown before the app has come', async ({ page, errors }) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await page.goto('/announcements', { waitUntil: 'networkidle' })
  expect(await ground()).not.toBe(DARK)
  await page.getByRole('group', { name: '外观' }).getByRole('button', { name: '深色' }).click()
  expect(await ground()).toBe(DARK)

  errors.allow(/ERR_FAILED/)
  await page.route(/\/assets\/.*\.js$/, (route) => route.abort())
  await page.reload()
  await expect(page.locator('#app')).toBeEmpty()
  expect(await ground()).toBe(DARK)
  await expect(page.locator('meta[name="color-scheme"]')).toHaveAttribute('content', 'dark')

  await page.unroute(/\/assets\/.*\.js$/)
  await page.reload()
  await page.getByRole('group', { name: '外观' }).getByRole('button', { name: '跟随系统' }).click()
  expect(await ground()).not.toBe(DARK)
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await ground()).toBe(DARK)
})
