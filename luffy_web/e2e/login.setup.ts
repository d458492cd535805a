import { expect, test } from '@playwright/test'

import { PASSWORD, sessionOf } from './shop'

// Logins are rate limited, so the demo students log in once for all journeys.
for (const username of ['student', 'student2'] as const) {
  test(`${username} logs in`, async ({ page, request }) => {
    const answer = await request.post('/api/v1/user/login/', { data: { username, password: PASSWORD } })
    expect(answer.ok()).toBe(true)
    const { data } = await answer.json()

    await page.goto('/healthz')
    await page.evaluate((session) => {
      localStorage.setItem('luffy.session', session)
    }, JSON.stringify(data))
    await page.context().storageState({ path: sessionOf(username) })
  })
}

test('the back office is opened, and the agreements are published', async ({ page }) => {
  await page.goto('/admin/')
  await page.locator('input[name=username]').fill('admin')
  await page.locator('input[name=password]').fill('luffy-admin')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/admin\/$/)
  await expect(page.getByText('教务老师').first()).toBeVisible()
  await page.context().storageState({ path: sessionOf('admin') })

  // Whoever opens an account in a journey is asked for consent; who has one is not.
  for (const kind of ['terms', 'privacy']) {
    await page.goto(`/admin/school/agreement/add/?kind=${kind}`)
    await page.locator('input[name=asks_again]').uncheck()
    await page.locator('button[name=_save]').click()
    await expect(page).toHaveURL(/\/admin\/school\/agreement\/$/)
  }
})
