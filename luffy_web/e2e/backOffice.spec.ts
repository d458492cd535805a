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
