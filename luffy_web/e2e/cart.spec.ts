import type { Page } from '@playwright/test'

import { violations } from './accessibility'
import { newStudent, payAtCashier } from './shop'
import { expect, test } from './test'

const WANTED = ['Python 爬虫实战', '机器学习项目实战']

async function putAside(page: Page) {
  for (const name of WANTED) {
    await page.goto('/actual-course')
    await page.getByRole('link', { name }).first().click()
    await page.getByRole('button', { name: '加入选课车' }).click()
    await expect(page.getByRole('link', { name: '已在选课车，去结算' })).toBeVisible()
  }
}

test('a student puts courses aside, finds them on another device and buys them together', async ({ page, browser, errors }) => {
  // Another choice of courses asks for its own coupons, and no longer for those of the one before.
  errors.allow(/ERR_ABORTED POST .*quote/)
  await newStudent(page)
  await putAside(page)
  const device = await browser.newContext({ storageState: await page.context().storageState() })
  const other = await device.newPage()
  await other.goto('/cart')
  await expect(other.getByRole('region', { name: '结算' })).toContainText('已选 2 门')
  await other.getByRole('button', { name: `移出 ${WANTED[0]}` }).click()
  await expect(other.getByRole('region', { name: '结算' })).toContainText('已选 1 门')
  await device.close()

  await page.getByRole('banner').getByRole('link', { name: '选课车，2 门课程' }).click()
  await expect(page.getByRole('region', { name: '结算' })).toContainText('已选 1 门')
  expect(await violations(page)).toEqual([])
  await page.goBack()
  await page.goto('/actual-course')
  await page.getByRole('link', { name: WANTED[0] }).first().click()
  await page.getByRole('button', { name: '加入选课车' }).click()
  await page.getByRole('link', { name: '已在选课车，去结算' }).click()
  await page.getByRole('button', { name: '去结算' }).click()
  await payAtCashier(page)

  await page.goto('/cart')
  for (const name of WANTED) {
    await expect(page.getByRole('article', { name }).getByRole('link', { name: '立即学习' })).toBeVisible()
  }
  await page.getByRole('button', { name: '清理不能购买的 2 门' }).click()
  await expect(page.getByText('选课车还是空的。')).toBeVisible()
})

test('an open order is not offered to be paid once one of its courses was bought by itself', async ({ page, errors }) => {
  errors.allow(/ERR_ABORTED POST .*quote/)
  await newStudent(page)
  await putAside(page)
  await page.goto('/cart')
  await page.getByRole('button', { name: '去结算' }).click()
  await page.getByRole('button', { name: '取消' }).click()
  await page.getByRole('link', { name: '返回商家' }).click()
  const orders = page.getByRole('contentinfo').getByRole('link', { name: '我的订单' })
  await orders.click()
  const both = page.getByRole('article').filter({ hasText: WANTED[1] })
  await expect(both.getByRole('button', { name: '继续支付' })).toBeVisible()

  await both.getByRole('link', { name: WANTED[0] }).click()
  await page.getByRole('button', { name: '立即购买' }).click()
  await payAtCashier(page)
  await orders.click()

  await expect(both.getByText(`您已拥有其中的《${WANTED[0]}》，这笔订单不能再支付`)).toBeVisible()
  await expect(both.getByRole('button', { name: '继续支付' })).toBeHidden()
  expect(await violations(page)).toEqual([])
  await page.goto('/cart')
  await expect(page.getByRole('article', { name: WANTED[1] }).getByText('¥')).toBeVisible()
  await orders.click()
  await both.getByRole('button', { name: '取消订单' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '取消订单' }).click()
  await expect(both.getByText('已取消')).toBeVisible()
  await expect(both.getByRole('button', { name: '重新下单' })).toBeHidden()
})
