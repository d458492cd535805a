import { runInShop, sessionOf, STATE } from './shop'
import { expect, test } from './test'

test.use({ storageState: sessionOf('admin') })

const COURSES = 200

/** Writes a workbook as a school makes it, with faults in three rows unless it is mended. */
const WORKBOOK = `
import openpyxl
from luffy_api.apps.course.models import CourseCategory, Teacher
category = CourseCategory.objects.not_deleted().order_by("pk").first()
teacher = Teacher.objects.not_deleted().order_by("pk").first()
book = openpyxl.Workbook()
sheet = book.active
sheet.append(["课程名称", "分类", "讲师", "价格"])
for number in range(1, COURSES + 1):
    sheet.append([f"STAMP {number:03}", category.name, teacher.name, 99])
if FAULTY:
    sheet.cell(11, 2).value = "没有这个分类"
    sheet.cell(51, 4).value = "九十九"
    sheet.cell(101, 1).value = None
book.save("FILE")
`
const COUNT = `
from luffy_api.apps.course.models import Course
rows = Course.objects.not_deleted().filter(name__startswith="STAMP ")
print(rows.count(), rows.filter(status=Course.Status.ONLINE).count())
`

test('a school imports two hundred courses from a workbook with three faults', async ({ page }, info) => {
  const stamp = `整批${Date.now()}${info.retry}`
  const file = `${STATE}/${stamp}.xlsx`
  const fill = (script: string, faulty = false) =>
    script
      .replaceAll('COURSES', String(COURSES))
      .replaceAll('STAMP', stamp)
      .replaceAll('FILE', file)
      .replaceAll('FAULTY', faulty ? 'True' : 'False')
  const upload = async () => {
    await page.goto('/admin/dashboard/import/add/')
    await page.getByLabel('内容').selectOption('courses')
    await page.getByLabel('文件').setInputFiles(file)
    await page.getByRole('button', { name: '上传并预检' }).click()
  }

  // The faults are told by row and cell, and nothing is written.
  await runInShop(fill(WORKBOOK, true))
  await upload()
  const state = page.locator('#import-state-name')
  await expect(state).toHaveText('有错误，未导入')
  await page.getByRole('navigation', { name: '筛选' }).getByRole('link', { name: '有错误' }).click()
  await expect(page.locator('.luffy-import-rows .errorlist')).toHaveCount(3)
  await expect(page.locator('.luffy-import-rows')).toContainText('没有这个分类')
  expect(await runInShop(fill(COUNT))).toBe('0 0')

  // Mended, each row is shown before anything is done; then all are there, as drafts.
  await runInShop(fill(WORKBOOK))
  await upload()
  await expect(page.getByRole('button', { name: '开始导入' })).toBeVisible()
  expect(await runInShop(fill(COUNT))).toBe('0 0')
  await page.getByRole('button', { name: '开始导入' }).click()
  await expect(state).toHaveText('已完成')
  expect(await runInShop(fill(COUNT))).toBe(`${COURSES} 0`)
})
