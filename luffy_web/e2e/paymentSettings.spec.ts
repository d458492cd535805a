import { sessionOf } from './shop'
import { expect, test } from './test'

/** The number that the local gateway knows: other journeys buy at the same time. */
const APP_ID = '9021000100000001'

test.use({ storageState: sessionOf('admin') })
// Both change the same value.
test.describe.configure({ mode: 'serial' })

for (const [device, viewport] of Object.entries({
  desk: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
})) {
  test(`payment keys are entered, checked and removed at a ${device}`, async ({ page }) => {
    await page.setViewportSize(viewport)
    await page.goto('/admin/order/paymentcredential/')
    const alipay = page.getByRole('form', { name: '支付宝' })

    await alipay.getByLabel('应用私钥').fill('MIIE-broken-private-key')
    await alipay.getByRole('button', { name: '保存支付宝' }).click()
    await expect(alipay).toContainText('这里的应用私钥无法识别')
    await expect(alipay.getByLabel('应用私钥')).toHaveValue('')

    await alipay.getByLabel('APPID', { exact: true }).fill(APP_ID)
    await alipay.getByRole('button', { name: '保存支付宝' }).click()
    const row = alipay.locator('tr').filter({ hasText: 'ALIPAY_APP_ID' })
    await expect(row).toContainText('数据库')

    await alipay.getByRole('button', { name: '自检' }).click()
    await expect(alipay).toContainText(`支付宝认识应用 ${APP_ID}`)
    await expect(alipay).toContainText('被正确拒绝（failed）')

    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0)

    await alipay.getByRole('button', { name: '从数据库删除APPID' }).click()
    await expect(row).toContainText('开发密钥')
  })
}
