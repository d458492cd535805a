import { scrollWidth, violations } from './accessibility'
import { runInShop, sessionOf } from './shop'
import { expect, test } from './test'

/** A course on sale without details; prints its id. */
const COURSE = `
from luffy_api.apps.course.models import Course
shown = Course.objects.filter(is_listed=True).first()
Course.objects.filter(pk=shown.pk).update(detail="", content_format="html")
print(shown.pk)
`
/** A red square of two pixels. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==',
  'base64',
)

test.use({ storageState: sessionOf('admin') })

test('a text with heading, table, picture and link is written by keyboard and read by a student', async ({ page, visitor }) => {
  const course = await runInShop(COURSE)
  const form = `/admin/course/course/${course}/change/`
  const refused: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text())
  })

  await page.goto(form)
  const text = page.getByRole('textbox', { name: '详情介绍' })
  const tools = page.getByRole('toolbar', { name: '详情介绍的格式' })
  await text.click()
  await tools.getByRole('combobox', { name: '段落' }).selectOption('h2')
  await page.keyboard.type('这门课教什么')
  await page.keyboard.press('Enter')
  await page.keyboard.type('先看 ')
  await page.keyboard.press('Control+k')
  await page.getByLabel('链接地址').fill('https://example.com/docs')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Alt+F10')
  await expect(tools.getByRole('combobox', { name: '段落' })).toBeFocused()
  await tools.getByRole('button', { name: '图片' }).click()
  await page.getByLabel('图片文件').setInputFiles({ name: '结构.png', mimeType: 'image/png', buffer: PNG })
  await page.getByLabel('图片说明（给看不到图片的人）').fill('课程结构图')
  await page.getByRole('button', { name: '上传并插入' }).click()
  await expect(text.getByRole('img', { name: '课程结构图' })).toBeVisible()
  await tools.getByRole('button', { name: '插入表格（3 行 3 列）' }).click()
  await page.keyboard.type('周')
  await page.keyboard.press('Tab')
  await page.keyboard.type('内容')
  expect(await violations(page, '.field-detail')).toEqual([])
  expect(refused).toEqual([])
  await page.locator('button[name=_continue]').click()
  await expect(page.locator('.errorlist')).toHaveCount(0)

  const phone = await visitor({ viewport: { width: 390, height: 844 }, storageState: sessionOf('student') })
  await phone.goto(`/course/${course}`)
  await expect(phone.getByRole('heading', { name: '这门课教什么' })).toBeVisible()
  await expect(phone.getByRole('link', { name: 'https://example.com/docs' })).toHaveAttribute('rel', /noopener/)
  await expect(phone.getByRole('columnheader', { name: '内容' })).toBeVisible()
  const picture = phone.getByRole('img', { name: '课程结构图' })
  await picture.scrollIntoViewIfNeeded()
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(2)
  expect(await scrollWidth(phone)).toBe(390)

  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(form)
  await expect(text).toContainText('这门课教什么')
  await text.scrollIntoViewIfNeeded()
  expect(await violations(page, '.field-detail')).toEqual([])

  await page.locator('select[name=content_format]').selectOption('markdown')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('region', { name: '详情介绍的预览' })).toContainText('这门课教什么')
  expect(await violations(page, 'dialog')).toEqual([])
  await dialog.getByRole('button', { name: '使用转换后的文字' }).click()
  await expect(page.locator('textarea[name=detail]')).toHaveValue(/^## 这门课教什么/)
  await page.locator('button[name=_continue]').click()
  await phone.reload()
  await expect(phone.getByRole('heading', { name: '这门课教什么' })).toBeVisible()
  await expect(phone.getByRole('columnheader', { name: '内容' })).toBeVisible()
})
