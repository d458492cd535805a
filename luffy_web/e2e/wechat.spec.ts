import type { Page } from '@playwright/test'

import { readSquares } from '../src/testing/qrCode'
import { newStudent } from './shop'
import { expect, test } from './test'

/** Opens a course, chooses WeChat Pay and orders. */
async function buyWithWeChat(page: Page, course: string) {
  await newStudent(page)
  await page.goto('/actual-course')
  await page.getByRole('link', { name: course }).click()
  await page.getByRole('group', { name: '支付方式' }).getByRole('button', { name: '微信支付' }).click()
  await page.getByRole('button', { name: '立即购买' }).click()
}

test('a buyer at a computer scans a QR code with the phone', async ({ page, context }) => {
  await buyWithWeChat(page, 'Vue 3 后台管理系统实战')
  const code = page.getByRole('dialog').getByRole('img', { name: '微信支付二维码' })
  const text = readSquares(await code.getAttribute('viewBox'), await code.locator('path').getAttribute('d'))

  const phone = await context.newPage()
  await phone.goto(text ?? '')
  await phone.getByRole('button', { name: '付款' }).click()
  await expect(phone.getByText('付款已完成')).toBeVisible()

  await expect(page.getByRole('heading', { name: '支付成功' })).toBeVisible({ timeout: 15_000 })
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByText('微信支付')).toBeVisible()
})

test.describe('on a phone', () => {
  test.use({
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1',
  })

  test('a buyer changes from Alipay to the H5 page of WeChat Pay', async ({ page }) => {
    await newStudent(page)
    await page.goto('/actual-course')
    await page.getByRole('link', { name: 'Linux 服务器运维实战' }).tap()
    await page.getByRole('button', { name: '立即购买' }).tap()
    await expect(page.getByText('LOCAL TEST GATEWAY')).toBeVisible()

    await page.goto('/user/orders')
    await page.getByRole('button', { name: '改用微信支付' }).tap()
    await expect(page).toHaveURL(/\/wechatpay\//)
    await page.getByRole('button', { name: '付款' }).tap()

    await expect(page.getByRole('heading', { name: '支付成功' })).toBeVisible({ timeout: 15_000 })
    await expect(page).toHaveURL(/\/pay\/success\?out_trade_no=\w+$/)
  })
})
