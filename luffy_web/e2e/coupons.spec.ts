import { violations } from './accessibility'
import { newStudent, payAtCashier, runInShop } from './shop'
import { expect, test } from './test'

const OFFERED = '机器学习项目实战'
const OPENED = 'Go 微服务实战'
/** A coupon for one course, and a code for another; prints the code and what the first costs less 20 yuan. */
const PREPARE = `
from datetime import timedelta
from decimal import Decimal
from django.utils import timezone
from luffy_api.apps.course import selectors
from luffy_api.apps.course.models import Course
from luffy_api.apps.promotion import batches
from luffy_api.apps.promotion.models import CodeBatch, Coupon
from luffy_api.apps.user.models import User
now, course = timezone.now(), Course.objects.get(name="${OFFERED}")
times = {"starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=1)}
coupon = Coupon.objects.create(name="满减体验券", kind=3, value="20", scope=4, **times)
coupon.courses.add(course)
staff = User.objects.filter(is_superuser=True).first()
batch = CodeBatch.objects.create(course=Course.objects.get(name="${OPENED}"), note="体验", count=1, created_by=staff)
batches.add_codes(batch)
left = selectors.load_offers([course])[course.pk].real_price - Decimal(20)
print(batch.codes.get().code, f"{left:.2f}".removesuffix(".00"), course.pk)
`

test('a student takes a coupon, pays less, and opens a course with a code', async ({ page }) => {
  await newStudent(page)
  const [code, left, id] = (await runInShop(PREPARE)).split(' ')

  await page.goto(`/course/${id}`)
  await page.getByRole('button', { name: '领取满减体验券' }).click()
  await expect(page.getByText(`用券后实付 ¥${left}，已减 ¥20`)).toBeVisible()
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: '立即购买' }).first().click()
  await payAtCashier(page)

  await page.goto('/user/orders')
  await page.getByRole('link', { name: '查看订单' }).click()
  await expect(page.getByText('满减体验券，已减 ¥20.00')).toBeVisible()

  await page.goto('/user/coupons')
  await expect(page.getByText('您没有可以使用的优惠券。')).toBeVisible()
  await page.getByLabel('兑换码').fill(code ?? '')
  await page.getByRole('button', { name: '兑换', exact: true }).click()
  await expect(page.getByText(`已开通课程「${OPENED}」`)).toBeVisible()
  await page.getByRole('button', { name: '已使用' }).click()
  await expect(page.getByText('满减体验券')).toBeVisible()
  expect(await violations(page)).toEqual([])
  await page.getByRole('link', { name: '立即学习' }).click()
  await expect(page).toHaveURL(/\/learn\/\d+/)
})
