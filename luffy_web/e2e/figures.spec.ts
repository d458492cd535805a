import { scrollWidth, violations } from './accessibility'
import { runInShop, sessionOf } from './shop'
import { expect, test } from './test'

/** A sale of today, half of which was refunded, and somebody who has watched; prints the course's id. */
const SALE = `
from datetime import timedelta
from uuid import uuid4
from django.utils import timezone
from luffy_api.apps.course.models import Course
from luffy_api.apps.dashboard.figures import daily
from luffy_api.apps.learning.models import StudyDay
from luffy_api.apps.order.models import Order, OrderDetail, OrderPayment, Refund
from luffy_api.apps.user.models import User
from luffy_api.common import dates
course = Course.objects.filter(price__gt=0).first()
user = User.objects.get(username="student2")
now, trade = timezone.now(), uuid4().hex
order = Order.objects.create(user=user, subject=course.name, total_amount="88.00", trade_no=trade,
    order_status=1, pay_time=now, expires_at=now)
OrderDetail.objects.create(order=order, course=course, price="88.00", real_price="88.00")
payment = OrderPayment.objects.create(order=order, pay_type=1, trade_no=trade, amount="88.00", paid_at=now)
Refund.objects.create(order=order, payment=payment, amount="44.00", reason="换课", origin="staff",
    status=3, finished_at=now)
StudyDay.objects.get_or_create(day=dates.today(), user=user, course=course, defaults={"seconds": 600})
daily.refresh()
print(course.pk)
`

const SCREENS = { desktop: { width: 1366, height: 900 }, phone: { width: 390, height: 844 } }

test.use({ storageState: sessionOf('admin'), contextOptions: { reducedMotion: 'reduce' } })

test('the first page shows the figures, and a number opens its list as a tab', async ({ page }) => {
  await runInShop(SALE)
  await page.setViewportSize(SCREENS.desktop)
  await page.goto('/admin/')

  const figures = page.frameLocator('iframe[title="经营数据"]')
  await expect(figures.getByRole('heading', { name: '收入', exact: true })).toBeVisible()
  await expect(figures.locator('.chart svg').first()).toBeVisible()
  // The frame is as high as its page: only the first page scrolls.
  const hidden = await figures.locator('html').evaluate((html) => html.scrollHeight - html.clientHeight)
  expect(hidden).toBeLessThanOrEqual(1)

  const paid = figures.locator('[data-name="付款订单"]')
  const count = Number(await paid.textContent())
  expect(count).toBeGreaterThan(0)
  await paid.click()
  await expect(page.getByRole('tab', { name: '付款订单' })).toBeVisible()
  const list = page.frameLocator('iframe[src*="order_status__in"]')
  await expect(list.locator('#result_list tbody tr')).toHaveCount(Math.min(count, 20))
})

for (const [screen, size] of Object.entries(SCREENS)) {
  test(`the figures of the school and of a course fit a ${screen}, and have no violations`, async ({ page }) => {
    const course = await runInShop(SALE)
    await page.setViewportSize(size)
    for (const address of ['/admin/dashboard/dailyfigures/', `/admin/dashboard/dailyfigures/course/${course}/`]) {
      await page.goto(address, { waitUntil: 'networkidle' })
      await expect(page.locator('.chart svg').first()).toBeVisible()
      expect.soft(await scrollWidth(page), address).toBeLessThanOrEqual(size.width)
      expect.soft(await violations(page), address).toEqual([])
    }
  })
}

test('a table is a file, and a span that is none is refused in words', async ({ page, errors }) => {
  // A download is no page.
  errors.allow(/400|ERR_ABORTED GET \S+csv=income/)
  await page.goto('/admin/dashboard/dailyfigures/')
  const download = page.waitForEvent('download')
  await page.locator('section', { hasText: '收款按付款时间' }).getByRole('link', { name: '下载 CSV' }).click()
  expect((await download).suggestedFilename()).toMatch(/^收入_\d{8}-\d{8}\.csv$/)

  await page.goto('/admin/dashboard/dailyfigures/?first=2026-03-02&last=2026-03-01')
  await expect(page.getByText('结束日期不能早于开始日期')).toBeVisible()
})
