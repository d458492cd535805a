import { runInShop, sessionOf } from './shop'
import { expect, test } from './test'

/** A draft with a cover and nothing to learn yet; prints its id. */
const DRAFT = `
from luffy_api.apps.course.models import Course
shown = Course.objects.exclude(course_img="").first()
draft = Course.objects.create(
    name="还没上线的新课", course_img=shown.course_img, price="99.00", brief="旧简介",
    course_category=shown.course_category, teacher=shown.teacher,
)
print(draft.pk)
`

test.use({ storageState: sessionOf('admin') })

test('a draft is refused with reasons, seen by its link, and edited by two people', async ({ page, visitor, errors }) => {
  errors.allow(/404/)
  const course = await runInShop(DRAFT)
  const form = `/admin/course/course/${course}/change/`

  await page.goto(form)
  await page.locator('select[name=status]').selectOption('0')
  await page.locator('button[name=_continue]').click()
  await expect(page.locator('.field-status .errorlist').first()).toContainText('还没有可以学习的课时')

  const phone = await visitor({ viewport: { width: 390, height: 844 } })
  await phone.goto(`/course/${course}`)
  await expect(phone.getByText('这门课程不存在')).toBeVisible()
  const link = new URL((await page.locator('.field-preview_link a').getAttribute('href')) ?? '')
  await phone.goto(`${link.pathname}${link.search}`)
  await expect(phone.getByRole('heading', { name: '还没上线的新课' })).toBeVisible()
  await expect(phone.getByText('这是课程预览')).toBeVisible()
  await phone.getByRole('tab', { name: '课程章节' }).click()
  await expect(phone.getByText('章节正在准备中')).toBeVisible()

  const colleague = await page.context().newPage()
  await page.goto(form)
  await colleague.goto(form)
  await colleague.locator('textarea[name=brief]').fill('同事写的简介')
  await colleague.locator('button[name=_continue]').click()
  await expect(colleague.locator('.errorlist')).toHaveCount(0)
  await page.locator('input[name=price]').fill('88')
  await page.locator('textarea[name=brief]').fill('我写的简介')
  await page.locator('button[name=_continue]').click()

  const conflict = page.locator('.field-brief .edit-conflict')
  await expect(conflict).toContainText('改成了「同事写的简介」')
  await conflict.getByLabel('采用对方的').check()
  await page.locator('button[name=_continue]').click()
  await expect(page.locator('textarea[name=brief]')).toHaveValue('同事写的简介')
  await expect(page.locator('input[name=price]')).toHaveValue('88.00')
})
