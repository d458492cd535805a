import { PASSWORD } from './shop'
import { expect, test } from './test'

test('a student logs in with a password and out again', async ({ page }) => {
  await page.goto('/')
  const header = page.getByRole('banner')
  await header.getByRole('button', { name: '登录' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('用户名 / 手机号 / 邮箱').fill('13800000001')
  await dialog.getByLabel('密码', { exact: true }).fill(PASSWORD)
  await dialog.getByRole('button', { name: '登录', exact: true }).click()
  await expect(dialog).toBeHidden()

  await header.getByRole('button', { name: '小帆' }).click()
  await header.getByRole('link', { name: '我的课程' }).click()
  await expect(page.getByRole('heading', { name: '我的课程' })).toBeVisible()

  await header.getByRole('button', { name: '小帆' }).click()
  await header.getByRole('button', { name: '退出登录' }).click()
  await expect(header.getByRole('button', { name: '登录' })).toBeVisible()
})

test('a wrong password is refused in words', async ({ page, faults }) => {
  faults.allow(/401|400/)
  await page.goto('/user/orders')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('用户名 / 手机号 / 邮箱').fill('student2')
  await dialog.getByLabel('密码', { exact: true }).fill('not-the-password')
  await dialog.getByRole('button', { name: '登录', exact: true }).click()

  await expect(dialog.getByRole('alert')).toContainText('密码')
})
