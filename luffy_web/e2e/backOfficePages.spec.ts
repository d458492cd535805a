import { scrollWidth, seriousViolations } from './accessibility'
import { newMobile, runInShop, sessionOf } from './shop'
import { expect, test } from './test'

test.use({ storageState: sessionOf('admin'), contextOptions: { reducedMotion: 'reduce' } })

const SIZES = [
  { width: 1366, height: 900 },
  { width: 390, height: 844 },
]

/** The addresses of a course with an outline, of an order for it, and of its student. */
const ROWS = `
import json
from luffy_api.apps.course import selectors
from luffy_api.apps.course.models import Course
from luffy_api.apps.order import checkout
from luffy_api.apps.user.models import User
course = Course.objects.get(name="Go 微服务实战")
student = User.objects.create_user("MOBILE", None, None, mobile="MOBILE", nickname="新同学")
price = selectors.load_offers([course])[course.pk].real_price
order = checkout.place_order(user_id=student.pk, course_ids=[course.pk], total_amount=price)
pages = {"course/course": course, "order/order": order, "dashboard/student": student}
print(json.dumps([f"/admin/{page}/{row.pk}/change/" for page, row in pages.items()]))
`
const PAGES = [
  '/admin/',
  '/admin/course/course/',
  '/admin/order/order/',
  '/admin/dashboard/student/',
  '/admin/dashboard/student/give/',
  '/admin/dashboard/import/add/',
  '/admin/inbox/message/send/',
]

test('the most used pages of the back office fit a desktop and a phone, and have no serious violation', async ({ page }) => {
  const rows = JSON.parse(await runInShop(ROWS.replaceAll('MOBILE', newMobile()))) as string[]
  const addresses = [...PAGES, ...rows]
  test.setTimeout(addresses.length * 30_000)

  for (const address of addresses) {
    await page.goto(address, { waitUntil: 'networkidle' })
    await expect.soft(page.getByRole('heading', { level: 1 }), address).toHaveCount(1)
    for (const size of SIZES) {
      await page.setViewportSize(size)
      expect.soft(await scrollWidth(page), `${address} ${size.width}`).toBeLessThanOrEqual(size.width)
      expect.soft(await seriousViolations(page), `${address} ${size.width}`).toEqual([])
    }
  }
})
