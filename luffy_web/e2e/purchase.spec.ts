import { violations } from './accessibility'
import { fillMobile, newMobile, payAtCashier, sessionOf, watch } from './shop'
import { expect, test } from './test'

test('a newcomer registers, finds a course, pays and watches', async ({ page }) => {
  const mobile = newMobile()
  await page.goto('/')
  await expect(page.getByRole('region', { name: '学堂推荐' })).toBeVisible()

  await page.getByRole('banner').getByRole('button', { name: '注册' }).click()
  await fillMobile(page, mobile)
  await page.getByLabel('设置密码').fill('correct-horse-7')
  await page.getByRole('dialog').getByRole('button', { name: '注册' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()

  await page.getByRole('banner').getByRole('link', { name: '实战课' }).click()
  await page.getByRole('group', { name: '课程分类' }).getByRole('button', { name: 'Python' }).click()
  await page.getByRole('group', { name: '排序方式' }).getByRole('button', { name: '人气' }).click()
  await expect(page).toHaveURL(/actual-course\?.*ordering=-students/)
  await page.getByRole('link', { name: 'Python 爬虫实战' }).click()

  await expect(page.getByRole('heading', { level: 1, name: 'Python 爬虫实战' })).toBeVisible()
  await page.getByRole('tab', { name: '课程章节' }).click()
  await expect(page.getByText('试看', { exact: true }).first()).toBeVisible()
  await page.getByRole('button', { name: '立即购买' }).click()

  await payAtCashier(page)
  await expect(page.getByText('交易号')).toBeVisible()
  await page.getByRole('link', { name: '立即学习' }).click()
  await expect(page).toHaveURL(/\/learn\/\d+/)
  await watch(page)
})

test.describe('a student', () => {
  test.use({ storageState: sessionOf('student2') })

  test('turns back at the cashier and pays later from 我的订单', async ({ page }) => {
    await page.goto('/actual-course')
    await page.getByRole('link', { name: 'Docker 与 Kubernetes 部署实战' }).click()
    await page.getByRole('button', { name: '立即购买' }).click()
    await page.getByRole('button', { name: '取消' }).click()
    await expect(page.getByRole('heading', { name: '已取消付款' })).toBeVisible()
    await page.getByRole('link', { name: '返回商家' }).click()

    await page.getByRole('contentinfo').getByRole('link', { name: '我的订单' }).click()
    const order = page.getByRole('article').filter({ hasText: 'Docker 与 Kubernetes 部署实战' })
    await expect(order.getByText('未支付')).toBeVisible()
    await order.getByRole('button', { name: '继续支付' }).click()
    await payAtCashier(page)

    await page.getByRole('link', { name: '查看我的订单' }).click()
    await expect(order.getByText('已支付')).toBeVisible()
  })
})

/** Counts in the session storage, on every page: taps, and the fields into which something is typed. */
function countHands() {
  const kept = (name: string) => sessionStorage.getItem(name) ?? ''
  addEventListener('pointerdown', () => sessionStorage.setItem('taps', String(Number(kept('taps')) + 1)), true)
  addEventListener(
    'input',
    ({ target }) => {
      const { name, type } = target as HTMLInputElement
      const fields = kept('fields').split(',').filter(Boolean)
      if (type !== 'checkbox') sessionStorage.setItem('fields', [...new Set([...fields, name])].join(','))
    },
    true,
  )
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })

  test('a stranger buys with six taps and two fields: a mobile and its code', async ({ page }) => {
    await page.addInitScript(countHands)
    await page.goto('/light-course')
    await page.getByRole('link', { name: 'asyncio 并发编程' }).tap()
    await page.getByRole('button', { name: '立即购买' }).first().tap()
    await expect(page.getByRole('dialog').getByRole('checkbox')).toBeVisible()
    expect(await violations(page, 'dialog')).toEqual([])
    await fillMobile(page, newMobile())
    await page.getByRole('dialog').getByRole('button', { name: '登录并继续' }).tap()
    await payAtCashier(page)

    expect(await page.evaluate(() => ({ ...sessionStorage }))).toMatchObject({ taps: '6', fields: 'mobile,code' })
    await page.getByRole('link', { name: '立即学习' }).tap()
    await expect(page.locator('video')).toBeVisible()
  })
})
