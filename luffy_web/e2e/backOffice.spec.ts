import { expect, test } from './test'

test('an admin logs in and sees the courses, framed by the right headers', async ({ page }) => {
  await page.goto('/admin/')
  await page.locator('input[name=username]').fill('admin')
  await page.locator('input[name=password]').fill('luffy-admin')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/admin\/$/)
  await expect(page.getByText('教务老师').first()).toBeVisible()

  const answer = await page.goto('/admin/course/course/')

  expect(answer?.status()).toBe(200)
  const headers = answer?.headers() ?? {}
  expect(headers['x-frame-options']).toBe('SAMEORIGIN')
  expect(headers['content-security-policy']).toContain("default-src 'self'")
  await expect(page.getByRole('link', { name: 'Python 爬虫实战' }).first()).toBeVisible()
})
