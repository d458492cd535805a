import { violations } from './accessibility'
import { newStudent, sessionOf } from './shop'
import { expect, test } from './test'

test('a message goes from the back office to the bell of its student', async ({ page, visitor }) => {
  const mobile = await newStudent(page)
  const staff = await visitor({ storageState: sessionOf('admin') })

  await staff.goto('/admin/inbox/message/send/')
  await staff.getByLabel('一名学员').check()
  await staff.getByLabel('学员：', { exact: true }).fill(mobile)
  await staff.getByLabel('标题：').fill('欢迎加入')
  await staff.getByLabel('正文：').fill('第一行\n第二行')
  await staff.getByLabel('短信', { exact: true }).check()
  await staff.getByLabel('短信内容：').fill('欢迎加入路飞学城')
  await staff.getByRole('button', { name: '预览' }).click()
  await expect(staff.getByText('每人 1 条，费用约 0.05 元')).toBeVisible()
  await staff.getByRole('button', { name: '确认发送' }).click()
  await expect(staff.getByRole('heading', { name: '欢迎加入', exact: true })).toBeVisible()

  await page.goto('/')
  const bell = page.getByRole('banner').getByRole('link', { name: '消息，1 条未读' })
  await expect(async () => {
    await page.reload()
    await expect(bell).toBeVisible({ timeout: 4000 })
  }).toPass()
  await bell.click()
  await page.getByRole('button', { name: /欢迎加入/ }).click()
  await expect(page.getByText('第一行\n第二行')).toBeVisible()
  expect(await violations(page)).toEqual([])
  await expect(page.getByRole('banner').getByRole('link', { name: '消息', exact: true })).toBeVisible()
  await page.reload()
  await page.getByRole('button', { name: '未读', exact: true }).click()
  await expect(page.getByText('没有未读的消息。')).toBeVisible()
})

test('a visitor is asked for no number of messages', async ({ page }) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto('/', { waitUntil: 'networkidle' })
  await page.waitForTimeout(3000)

  expect(asked.filter((url) => url.includes('/inbox/'))).toEqual([])
})
