import type { Page } from '@playwright/test'

import { violations } from './accessibility'
import { newMobile, sentCode } from './shop'
import { expect, test } from './test'

const PAGE = '/actual-course?ordering=price'

/** Stands at the page where WeChat asks whose phone scans the code. */
async function goToWechat(page: Page) {
  await page.goto(PAGE)
  await page.getByRole('banner').getByRole('button', { name: '登录', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: '微信' }).click()
  await expect(page.getByText('本地的微信登录')).toBeVisible()
}

// The bell asks two seconds after its page, which may be just when its student logs out.
test.beforeEach(({ errors }) => errors.allow(/401.*inbox\/unread/))

test('a newcomer logs in with WeChat: with a mobile at first, without one from then on', async ({ page }) => {
  await goToWechat(page)
  await page.getByRole('button', { name: '拒绝' }).click()
  await expect(page.getByRole('alert')).toContainText('没有同意授权')

  await goToWechat(page)
  await page.getByRole('button', { name: '微信用户丙' }).click()
  await expect(page.getByRole('heading', { name: '绑定手机号' })).toBeVisible()
  await expect(page).toHaveURL(/\/login\/callback\/wechat$/)
  expect(await violations(page)).toEqual([])
  const mobile = newMobile()
  await page.getByLabel('手机号', { exact: true }).fill(mobile)
  await page.getByRole('button', { name: '获取验证码' }).click()
  await page.getByLabel('短信验证码').fill(await sentCode(mobile))
  const consent = page.getByRole('checkbox')
  if (await consent.isVisible()) await consent.check()
  await page.getByRole('button', { name: '绑定并登录' }).click()
  await expect(page).toHaveURL(PAGE)

  const student = page.getByRole('banner').getByRole('button', { name: `同学${mobile.slice(-4)}` })
  await student.click()
  await page.getByRole('banner').getByRole('button', { name: '退出登录' }).click()
  await expect(page.getByText('您已退出登录')).toBeVisible()
  await goToWechat(page)
  await page.getByRole('button', { name: '微信用户丙' }).click()
  await expect(student).toBeVisible()
  await expect(page).toHaveURL(PAGE)

  await page.goto('/user/profile')
  const ways = page.getByRole('region', { name: '登录方式' })
  await expect(ways).toContainText('已绑定')
  await ways.getByRole('button', { name: '解除绑定' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '解除绑定' }).click()
  await expect(ways).not.toContainText('已绑定')
})
