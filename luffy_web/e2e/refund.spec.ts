import { newStudent, payAtCashier, runInShop, sessionOf } from './shop'
import { expect, test } from './test'

// Its clock goes on by itself for a while.
test.use({ newProfile: true })

const REFUNDED = `
from luffy_api.apps.alipay_sandbox.models import SandboxTrade
print(SandboxTrade.objects.get(out_trade_no="NUMBER").refunded_amount)
`

test('a student asks for a refund, staff agrees, access ends and the money is back', async ({ page, visitor }) => {
  await newStudent(page)
  await page.goto('/actual-course')
  await page.getByRole('link', { name: 'Go 微服务实战' }).click()
  await expect(page).toHaveURL(/\/course\/\d+$/)
  const course = page.url()
  await page.getByRole('button', { name: '立即购买' }).click()
  await payAtCashier(page)
  const number = new URL(page.url()).searchParams.get('out_trade_no') ?? ''

  await page.getByRole('link', { name: '查看我的订单' }).click()
  await page.getByRole('link', { name: `查看订单 ${number}` }).click()
  await page.getByRole('button', { name: '申请退款' }).click()
  await page.getByLabel('退款原因').fill('和想学的不一样')
  await page.clock.install()
  await page.getByRole('button', { name: '提交申请' }).click()
  const refunds = page.getByRole('list', { name: '退款记录' })
  await expect(refunds).toContainText('申请中')

  const desk = await visitor({ storageState: sessionOf('admin') })
  await desk.goto(`/admin/order/refund/?q=${number}`)
  await desk.locator('#result_list tbody a').first().click()
  await desk.getByRole('link', { name: '同意退款' }).click()
  await desk.getByLabel('给学员的答复').fill('已为您办理')
  await desk.getByRole('button', { name: '同意退款' }).click()
  await expect(desk.getByText('已退款').filter({ visible: true }).first()).toBeVisible()

  // The page looks by itself, with growing pauses of at most a minute.
  await page.clock.fastForward(60_000)
  await expect(refunds).toContainText('已退款')
  await expect(refunds).toContainText('已为您办理')
  await expect(page.getByRole('region', { name: '订单状态' })).toContainText('已退款')
  await page.goto(course)
  await expect(page.getByRole('button', { name: '立即购买' })).toBeVisible()
  expect(Number(await runInShop(REFUNDED.replace('NUMBER', number)))).toBeGreaterThan(0)
})
