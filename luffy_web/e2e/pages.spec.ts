import { expect, test } from './test'

test('a reload on a course shows the course', async ({ page }) => {
  await page.goto('/course/3')
  const title = page.getByRole('heading', { level: 1 })
  await expect(title).toHaveText('网页从零开始：HTML 与 CSS')

  const answer = await page.reload()

  expect(answer?.status()).toBe(200)
  await expect(title).toHaveText('网页从零开始：HTML 与 CSS')
})

test('a course list keeps its ordering over a reload', async ({ page }) => {
  await page.goto('/actual-course?ordering=-price', { waitUntil: 'networkidle' })
  await page.reload()

  await expect(page).toHaveURL(/ordering=-price/)
  await expect(
    page.getByRole('group', { name: '排序方式' }).getByRole('button', { name: '价格' }),
  ).toHaveAttribute('aria-pressed', 'true')
  // Without discounts the dearest comes first; what it costs today may be less.
  const course = page.getByRole('main').getByRole('article').first()
  await expect(course.getByRole('link')).toHaveText('Python 全栈工程师学位课')
})

test('an unknown address is a real 404', async ({ page, errors }) => {
  errors.allow(/404.*\/no-such-page/)

  const answer = await page.goto('/no-such-page')

  expect(answer?.status()).toBe(404)
  await expect(page.getByRole('heading', { name: '页面不存在' })).toBeVisible()
  await page.getByRole('search', { name: '找一找' }).getByRole('searchbox').fill('爬虫')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/course\/search\?word=/)
  await expect(page.getByRole('link', { name: 'Python 爬虫实战' })).toBeVisible()
})

test('from a course one comes to others like it, and to its category', async ({ page }) => {
  await page.goto('/course/9')
  const related = page.getByRole('region', { name: '相关课程' })
  await page.getByRole('tab', { name: '课程章节' }).scrollIntoViewIfNeeded()
  await expect(related.getByRole('article')).toHaveCount(4)
  const name = (await related.getByRole('link').first().textContent()) ?? ''
  await related.getByRole('link').first().click()

  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
  const place = page.getByRole('navigation', { name: '所在位置' })
  const category = (await place.getByRole('link').last().textContent()) ?? ''
  await place.getByRole('link').last().click()
  await expect(page).toHaveURL(/-course\?category=\d+$/)
  await expect(page.getByRole('group', { name: '课程分类' }).getByRole('button', { name: category })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
})

test('an unknown course says so', async ({ page, errors }) => {
  errors.allow(/404.*\/course\/(chapter\/\?course=)?999999/)

  const answer = await page.goto('/course/999999')

  expect(answer?.status()).toBe(404)
  await expect(page.getByRole('main')).toContainText(/不存在|没有找到|下架/)
})

test('a search marks what it found and may be narrowed', async ({ page }) => {
  await page.goto('/')
  const box = page.getByRole('combobox', { name: '搜索课程' })
  await box.fill('爬虫')
  await box.press('Enter')

  await expect(page).toHaveURL(/\/course\/search\?word=/)
  await expect(page.getByRole('main').locator('mark').first()).toHaveText('爬虫')
  await page.getByRole('group', { name: '课程种类' }).getByRole('button', { name: '实战课' }).click()
  await expect(page.getByRole('link', { name: 'Python 爬虫实战' })).toBeVisible()
})
