import { violations } from './accessibility'
import { runInShop, sessionOf } from './shop'
import { expect, test } from './test'

test.use({ storageState: sessionOf('admin') })

const NAME = '拖动的路线'
const PREPARE = `
from luffy_api.apps.course.models import Course
from luffy_api.apps.promotion.models import Package
courses = list(Course.objects.on_sale().filter(price__gt=0).order_by("pk")[:3])
package = Package.objects.create(name="${NAME}", price=9, is_path=True, course_count=3)
package.courses.set(courses)
package.steps.create(title="打好基础", orders=10)
for rank, course in enumerate(courses, start=2):
    package.steps.create(course=course, orders=10 * rank)
print(package.pk)
`
const STORED = `
from luffy_api.apps.promotion.models import Package
print(",".join(str(step) for step in Package.objects.get(name="${NAME}").steps.all()))
`
test.afterEach(() => runInShop(`from luffy_api.apps.promotion.models import Package\nPackage.objects.filter(name="${NAME}").delete()`))

test('the rows of a path are dragged and moved by keyboard, and stay where they were put', async ({ page }) => {
  const pk = await runInShop(PREPARE)
  const before = (await runInShop(STORED)).split(',')
  await page.goto(`/admin/promotion/package/${pk}/change/`)
  const rows = page.locator('.rows-in-order tr.form-row.has_original')
  await expect(rows).toHaveCount(4)
  expect(await violations(page)).toEqual([])

  // The last course before the first one.
  const target = rows.nth(1)
  await expect(async () => {
    await rows.nth(3).locator('.row-order__handle').hover()
    const to = await target.boundingBox()
    if (!to) throw new Error('There is nothing to drag to.')
    await page.mouse.down()
    await page.mouse.move(to.x + 60, to.y - 6, { steps: 6 })
    await page.mouse.move(to.x + 60, to.y + 4, { steps: 12 })
    await page.mouse.up()
    await expect(rows.nth(1).locator('input[name$="-orders"]')).toHaveValue('20', { timeout: 4000 })
    await expect(rows.nth(1).locator('select')).toContainText(before[3] ?? '', { timeout: 4000 })
  }).toPass()

  // The stage one row down, by keyboard.
  const down = page.getByRole('button', { name: '下移 打好基础' })
  await down.focus()
  await page.keyboard.press('Enter')
  await expect(down).toBeFocused()
  await page.locator('button[name=_continue]').click()
  await expect(page.getByRole('alert').getByText('成功修改了')).toBeVisible()

  expect((await runInShop(STORED)).split(',')).toEqual([before[3], before[0], before[1], before[2]])
})
