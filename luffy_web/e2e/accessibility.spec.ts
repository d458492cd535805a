import { darkViolations, scrollWidth, violations } from './accessibility'
import { paidOrder, sessionOf } from './shop'
import { expect, test } from './test'

test.use({ contextOptions: { reducedMotion: 'reduce' } })

test('the dialogs of login, registration and reset have no violations', async ({ page }) => {
  await page.goto('/', { waitUntil: 'networkidle' })
  await page.getByRole('banner').getByRole('button', { name: '登录' }).click()
  const dialog = page.getByRole('dialog')
  const look = async (button: string) => {
    await expect(dialog.getByRole('button', { name: button, exact: true }).last()).toBeVisible()
    expect(await violations(page)).toEqual([])
  }

  await look('登录')
  expect(await darkViolations(page)).toEqual([])
  await dialog.getByRole('button', { name: '登录', exact: true }).click()
  await expect(dialog.getByText('请输入密码')).toBeVisible()
  await look('登录')
  await dialog.getByRole('tab', { name: '短信登录' }).click()
  await look('获取验证码')
  await dialog.getByRole('button', { name: '立即注册' }).click()
  await look('注册')
  await dialog.getByRole('button', { name: '直接登录' }).click()
  await dialog.getByRole('button', { name: '忘记密码' }).click()
  await look('重设密码并登录')
})

test('the link to the content is seen only while it has the focus', async ({ page }) => {
  await page.goto('/', { waitUntil: 'networkidle' })
  // An announcement stands above the header.
  await page.getByRole('banner').evaluate((header) => {
    header.before(Object.assign(document.createElement('div'), { style: 'height: 44px' }))
  })
  const link = page.getByRole('link', { name: '跳到正文' })
  const isOnTop = () =>
    link.evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect()
      return document.elementFromPoint(x + width / 2, y + height - 2) === element
    })

  expect(await isOnTop()).toBe(false)
  await page.keyboard.press('Tab')
  await expect(link).toBeFocused()
  expect(await isOnTop()).toBe(true)
})

const PHONE = { width: 360, height: 740 }
const DESKTOP = { width: 1280, height: 800 }

/** Stands for the number of a paid order. */
const NUMBER = ':number'

/** Grouped, so that the pages of a group share the browser's cache. */
const PAGES = {
  'the shop': [
    '/',
    '/free-course',
    '/actual-course?ordering=-price',
    '/light-course',
    '/course/9',
    '/course/search?word=Python',
    '/course/search?word=zzzz',
    '/course/999999',
  ],
  'a student': [
    '/learn/1',
    '/pay/success?out_trade_no=unknown',
    '/user/courses',
    '/cart',
    '/user/orders',
    `/user/orders/${NUMBER}`,
    '/user/invoices',
    '/user/messages',
    '/user/coupons',
    '/user/certificates',
    '/user/favourites',
    '/user/questions',
    '/user/profile',
    '/no-such-page',
  ],
}

test.describe('for a student', () => {
  test.use({ storageState: sessionOf('student'), viewport: PHONE })

  for (const [group, addresses] of Object.entries(PAGES)) {
    test(`no page of ${group} scrolls sideways on a phone or has violations`, async ({ page, errors }) => {
      test.setTimeout(addresses.length * 120_000)
      errors.allow(/404.*\/(no-such-page|order\/success\/|course\/(chapter\/\?course=)?999999)/)
      errors.allow(/40[03] GET \S+\/play\/|console .*40[03].*\/play\//)

      const number = addresses.some((address) => address.includes(NUMBER)) ? await paidOrder('student', '电商数据分析实战') : ''
      for (const address of addresses.map((each) => each.replace(NUMBER, number))) {
        await page.setViewportSize(PHONE)
        await page.goto(address, { waitUntil: 'networkidle' })
        expect.soft(await scrollWidth(page), address).toBeLessThanOrEqual(PHONE.width)
        expect.soft(await violations(page), `${address} on a phone`).toEqual([])

        await page.setViewportSize(DESKTOP)
        expect.soft([...(await violations(page)), ...(await darkViolations(page))], address).toEqual([])
      }
    })
  }

  test('the API documentation does not scroll sideways on a phone', async ({ page }) => {
    await page.goto('/api/v1/docs/', { waitUntil: 'networkidle' })

    expect(await scrollWidth(page)).toBeLessThanOrEqual(PHONE.width)
  })

  test('the forms for a refund and an invoice have no violations, and fit a low screen', async ({ page }) => {
    await page.goto(`/user/orders/${await paidOrder('student', '机器学习项目实战')}`, { waitUntil: 'networkidle' })
    for (const name of ['申请退款', '申请发票']) {
      await page.getByRole('button', { name }).click()
      const submit = page.getByRole('dialog', { name }).getByRole('button', { name: '提交申请' })
      await expect(submit).toBeVisible()

      expect(await violations(page)).toEqual([])
      await page.setViewportSize({ width: 360, height: 500 })
      await submit.scrollIntoViewIfNeeded()
      await expect(submit).toBeInViewport({ ratio: 1 })
      await page.setViewportSize(PHONE)
      await page.keyboard.press('Escape')
    }
  })

  test('the confirmation of an account deletion has no violations', async ({ page }) => {
    await page.goto('/user/profile', { waitUntil: 'networkidle' })
    await page.getByRole('button', { name: '注销账号' }).click()
    await expect(page.getByRole('dialog').getByRole('button', { name: '确认注销' })).toBeVisible()

    expect(await violations(page)).toEqual([])
  })
})
