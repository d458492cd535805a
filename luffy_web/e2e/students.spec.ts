import { writeFileSync } from 'node:fs'

import type { Page } from '@playwright/test'

import { newMobile, runInShop, sessionOf, STATE } from './shop'
import { expect, test } from './test'

test.use({ storageState: sessionOf('admin') })

const COURSE = '电商数据分析实战'
const GIFT = 'Go 微服务实战'

/** Accounts of a class; prints the id of the first. */
const CLASS = `
from luffy_api.apps.user.models import User
for mobile in MOBILES:
    last = User.objects.create_user(f"class-{mobile}", None, None, mobile=mobile, nickname="班级同学")
print(User.objects.get(mobile=MOBILES[0]).pk)
`
const COURSES = `
from luffy_api.apps.course.models import Enrollment
rows = Enrollment.objects.filter(user__mobile__in=MOBILES).order_by("user__mobile", "course__name")
print([row.course.name for row in rows])
`

/** Gives or takes a course of the student's page, for a reason. */
async function decide(page: Page, button: string) {
  await page.getByLabel('原因：').fill('走错了班')
  await page.getByRole('button', { name: button }).click()
}

test('a class list is enrolled, and a gift to the wrong student is undone', async ({ page, errors }) => {
  // Its first list is on its way while somebody types.
  errors.allow(/^net::ERR_ABORTED GET \S+\/admin\/autocomplete\/\?/)
  const mobiles = [newMobile(), newMobile(), newMobile()].sort()
  const inShop = (script: string) => runInShop(script.replaceAll('MOBILES', JSON.stringify(mobiles)))
  const student = await inShop(CLASS)
  const file = `${STATE}/班级${mobiles[0]}.csv`
  writeFileSync(file, ['手机号,课程', ...mobiles.map((mobile) => `${mobile},${COURSE}`)].join('\r\n'))

  await page.goto('/admin/dashboard/import/add/')
  await page.getByLabel('内容').selectOption('学员名单')
  await page.getByLabel('文件').setInputFiles(file)
  await page.getByRole('button', { name: '上传并预检' }).click()
  await page.getByRole('button', { name: '开始导入' }).click()
  await expect(page.locator('#import-state-name')).toHaveText('已完成')
  expect(await inShop(COURSES)).toBe(`['${COURSE}', '${COURSE}', '${COURSE}']`)

  await page.goto(`/admin/dashboard/student/${student}/change/`)
  const courses = page.getByRole('region', { name: '课程（' })
  await page.getByRole('link', { name: '赠送课程' }).click()
  // Not the bare list, which this chooser covers as soon as its script runs.
  await page.locator('.select2').getByRole('combobox', { name: '课程' }).click()
  await page.getByRole('searchbox').fill(GIFT)
  await page.getByRole('option', { name: GIFT }).click()
  await decide(page, '赠送课程')
  await expect(courses.getByRole('row', { name: GIFT })).toContainText('赠送')
  expect(await inShop(COURSES)).toContain(GIFT)

  await courses.getByRole('row', { name: GIFT }).getByRole('link', { name: '收回' }).click()
  await decide(page, '收回课程')
  await expect(courses.getByRole('row', { name: GIFT })).toContainText('现在没有')
  await expect(courses.getByRole('row', { name: COURSE })).not.toContainText('现在没有')
  expect(await inShop(COURSES)).not.toContain(GIFT)
})
