import { readFileSync } from 'node:fs'

import type { Page } from '@playwright/test'

import { violations } from './accessibility'
import { fillMobile, newMobile, newStudent, PASSWORD, sentCode } from './shop'
import { expect, test } from './test'

const NEW_PASSWORD = 'another-horse-8'

const header = (page: Page) => page.getByRole('banner')
const entry = (page: Page) => header(page).getByRole('button', { name: '登录', exact: true })

async function logIn(page: Page, name: string, password: string) {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('用户名 / 手机号 / 邮箱').fill(name)
  await dialog.getByLabel('密码', { exact: true }).fill(password)
  await dialog.getByLabel('密码', { exact: true }).press('Enter')
}

/** A newcomer registers and stands at the profile. */
async function register(page: Page) {
  const mobile = newMobile()
  await page.goto('/')
  await header(page).getByRole('button', { name: '注册' }).click()
  await fillMobile(page, mobile)
  await page.getByLabel('设置密码').fill(PASSWORD)
  await page.getByLabel('设置密码').press('Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.goto('/user/profile')
  return mobile
}

// The bell asks two seconds after its page, which may be just when its student logs out.
test.beforeEach(({ errors }) => errors.allow(/401.*inbox\/unread/))

test('a student logs in with a password and out again', async ({ page }) => {
  await page.goto('/')
  await entry(page).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('用户名 / 手机号 / 邮箱')).toBeFocused()
  await logIn(page, '13800000001', PASSWORD)
  await expect(dialog).toBeHidden()

  await header(page).getByRole('button', { name: '小帆' }).click()
  await header(page).getByRole('link', { name: '我的课程' }).click()
  await expect(page.getByRole('heading', { name: '我的课程' })).toBeVisible()

  await header(page).getByRole('button', { name: '小帆' }).click()
  await header(page).getByRole('button', { name: '退出登录' }).click()
  await expect(entry(page)).toBeVisible()
})

test('a wrong password is refused with a message', async ({ page, errors }) => {
  errors.allow(/401|400/)
  await page.goto('/user/orders')
  await logIn(page, 'student2', 'not-the-password')

  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('密码')
})

test('the dialog keeps the focus, gives it back, and remembers the countdown', async ({ page }) => {
  await page.goto('/')
  await entry(page).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('tab', { name: '短信登录' }).click()
  await dialog.getByLabel('手机号', { exact: true }).fill(newMobile())
  await dialog.getByRole('button', { name: '获取验证码' }).click()
  await expect(dialog.getByRole('button', { name: /秒后重发/ })).toBeDisabled()

  for (let key = 0; key < 12; key++) {
    await page.keyboard.press('Tab')
    expect(await dialog.evaluate((box) => box.contains(document.activeElement))).toBe(true)
  }
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(entry(page)).toBeFocused()

  await page.reload()
  await entry(page).click()
  await dialog.getByRole('tab', { name: '短信登录' }).click()
  await expect(dialog.getByRole('button', { name: /秒后重发/ })).toBeDisabled()
})

test('a captcha stands before a code when the server asks for one', async ({ page, errors }) => {
  errors.allow(/400.*sms_code/)
  // The budget of this address belongs to all journeys, so only the refusal is made up.
  const body = { code: 2006, msg: '请先输入图片中的字符', data: null, errors: {} }
  await page.route('**/user/sms_code/', (route) => route.fulfill({ status: 400, json: body }), { times: 1 })
  const mobile = newMobile()
  await page.goto('/')
  await entry(page).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('tab', { name: '短信登录' }).click()
  await dialog.getByLabel('手机号', { exact: true }).fill(mobile)
  await dialog.getByRole('button', { name: '获取验证码' }).click()

  const picture = dialog.getByRole('img', { name: '五个字母和数字的图片' })
  await expect(dialog.getByLabel('图片中的字符')).toBeFocused()
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(200)
  const first = await picture.getAttribute('src')
  await dialog.getByRole('button', { name: '换一张' }).click()
  await expect(picture).not.toHaveAttribute('src', first ?? '')
  expect(await violations(page, 'dialog')).toEqual([])
  await dialog.getByLabel('图片中的字符').fill('a3k9x')
  await page.keyboard.press('Enter')

  await expect(picture).toBeHidden()
  await dialog.getByRole('checkbox').check()
  await dialog.getByLabel('短信验证码').fill(await sentCode(mobile))
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
})

test('a newcomer registers, and comes in by code where a page asks for it', async ({ page }) => {
  await register(page)
  await page.getByRole('button', { name: '退出登录' }).click()
  await expect(entry(page)).toBeVisible()

  const known = newMobile()
  await page.goto('/user/orders')
  await page.getByRole('dialog').getByRole('tab', { name: '短信登录' }).click()
  await fillMobile(page, known)
  await page.keyboard.press('Enter')

  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page).toHaveURL(/\/user\/orders/)
  await expect(header(page).getByRole('button', { name: `同学${known.slice(-4)}` })).toBeVisible()
})

test('a forgotten password is set anew, and only the new one opens', async ({ page, errors }) => {
  const mobile = await newStudent(page)
  await page.goto('/user/profile')
  await page.getByRole('button', { name: '退出登录' }).click()
  await entry(page).click()
  await page.getByRole('button', { name: '忘记密码' }).click()
  await fillMobile(page, mobile)
  await page.getByLabel('新密码').fill(NEW_PASSWORD)
  await page.getByRole('button', { name: '重设密码并登录' }).click()
  const account = header(page).getByRole('button', { name: '新同学' })
  await expect(account).toBeVisible()

  await account.click()
  await header(page).getByRole('button', { name: '退出登录' }).click()
  errors.allow(/40[01].*login/)
  await entry(page).click()
  await logIn(page, mobile, PASSWORD)
  await expect(page.getByRole('alert')).toContainText('密码')
  await logIn(page, mobile, NEW_PASSWORD)
  await expect(account).toBeVisible()
})

test('a profile is filled in, with a portrait', async ({ page }) => {
  await newStudent(page)
  await page.goto('/user/profile')
  await page.getByLabel('昵称').fill('海上的人')
  await page.getByRole('button', { name: '保存资料' }).click()
  await expect(page.getByText('资料已保存。')).toBeVisible()

  const input = page.getByLabel('选择头像图片')
  await input.setInputFiles({ name: 'big.png', mimeType: 'image/png', buffer: Buffer.alloc(5 * 1024 * 1024 + 1) })
  await expect(page.getByRole('alert')).toContainText('5 MB')
  await input.setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: await page.screenshot() })
  await expect(page.getByRole('img', { name: '新头像预览' })).toBeVisible()
  await page.getByRole('button', { name: '保存头像' }).click()
  await expect(page.getByText('头像已更新。')).toBeVisible()

  await page.reload()
  await expect(header(page).locator('img[src*="/icons/"]')).toBeVisible()
  await expect(page.getByRole('heading', { name: '海上的人' })).toBeVisible()
})

test('a student takes the data along, moves to another mobile, and closes the account', async ({ page }) => {
  const mobile = await newStudent(page)
  await page.goto('/user/profile')

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '导出我的数据' }).click(),
  ])
  expect(JSON.parse(readFileSync(await file.path(), 'utf8')).account.mobile).toBe(mobile)

  const next = newMobile()
  const panel = page.getByRole('region', { name: '更换手机号' })
  await panel.getByRole('button', { name: '获取验证码' }).first().click()
  await panel.getByLabel(/原手机号/).fill(await sentCode(mobile))
  await panel.getByLabel('新手机号', { exact: true }).fill(next)
  await panel.getByRole('button', { name: '获取验证码' }).click()
  await panel.getByLabel('新手机号收到的验证码').fill(await sentCode(next))
  await panel.getByRole('button', { name: '更换手机号' }).click()
  await expect(page.getByText(`手机号已更换为 ${next.slice(0, 3)}****${next.slice(-4)}。`)).toBeVisible()

  await page.getByRole('button', { name: '注销账号' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/登录密码/).fill(PASSWORD)
  await dialog.getByRole('button', { name: '确认注销' }).click()
  await expect(page.getByText(/账号已注销/)).toBeVisible()
  await expect(entry(page)).toBeVisible()
})

test('logging out in one tab logs out in all', async ({ page, context }) => {
  await newStudent(page)
  await page.goto('/user/profile')
  const other = await context.newPage()
  await other.goto('/user/courses')
  await expect(entry(other)).toBeHidden()

  await page.getByRole('button', { name: '退出登录' }).click()
  await expect(entry(other)).toBeVisible()
  await expect(other.getByText('登录后就能看到这一页。')).toBeVisible()
})

test('logging out everywhere ends the login of another device, which is met with the dialog', async ({ page, visitor }) => {
  const mobile = await newStudent(page)
  await page.goto('/user/profile')
  const device = await visitor()
  // In the background nobody is asked to log in: the bell is silent for a minute now.
  const bell = device.waitForResponse(/inbox\/unread/)
  await device.goto('/user/profile')
  await logIn(device, mobile, PASSWORD)
  await expect(device.getByLabel('昵称')).toBeVisible()
  await bell

  await page.getByRole('button', { name: '退出所有设备' }).click()
  await page.getByRole('button', { name: '全部退出' }).click()
  await expect(page.getByText('已在所有设备上退出登录。')).toBeVisible()

  await device.getByRole('link', { name: '我的订单' }).first().click()
  await expect(device.getByRole('dialog')).toBeVisible()
  await logIn(device, mobile, PASSWORD)
  await expect(device.getByRole('dialog')).toBeHidden()
  await expect(device).toHaveURL(/\/user\/orders/)
  await expect(device.getByRole('main')).toContainText('还没有')
})
