import type { Page } from '@playwright/test'

import { scrollWidth, violations } from './accessibility'
import { PROJECT, runInShop, sessionOf } from './shop'
import { expect, test } from './test'

const COVER = `${PROJECT}/luffy_api/apps/home/demo/assets/banners/data-ai.webp`
const TITLE = '从数据到模型'
const COURSES = ['机器学习项目实战', '电商数据分析实战']
const PHONE = { width: 390, height: 844 }

test.use({ storageState: sessionOf('admin'), viewport: { width: 1366, height: 768 } })
test.afterEach(() => runInShop('from luffy_api.apps.home.models import Topic\nTopic.objects.filter(slug="data-to-model").delete()'))

async function choose(page: Page, row: number, course: string) {
  await page.locator(`#entries-${row} .select2-selection`).click()
  await page.locator('.select2-search__field').fill(course)
  await page.getByRole('option', { name: course }).click()
}

async function makeDraft(page: Page): Promise<URL> {
  await page.goto('/admin/home/topic/add/')
  await page.locator('input[name=title]').fill(TITLE)
  await page.locator('input[name=slug]').fill('data-to-model')
  await page.locator('input[name=brief]').fill('先会看数据，再让它预测')
  await page.locator('input[name=cover]').setInputFiles(COVER)
  await page.getByRole('textbox', { name: '介绍', exact: true }).fill('两门课，一条路。')
  await choose(page, 0, COURSES[0] ?? '')
  await page.getByRole('button', { name: '添加另一个 专题课程' }).click()
  await choose(page, 1, COURSES[1] ?? '')
  await page.locator('button[name=_continue]').click()
  return new URL((await page.locator('.field-preview_link a').getAttribute('href')) ?? '')
}

test('a topic is made, shown to who holds its link, published, and found from the home page', async ({ page, visitor: newVisitor, errors }) => {
  errors.allow(/404/)
  // What is typed takes the place of what the opened chooser asks for.
  errors.allow(/^net::ERR_ABORTED GET \S+\/admin\/autocomplete\/\?/)
  const link = await makeDraft(page)

  const visitor = await newVisitor({ viewport: PHONE })
  await visitor.goto('/topic/data-to-model')
  await expect(visitor.getByText('这个专题不存在')).toBeVisible()
  await visitor.goto(`${link.pathname}${link.search}`)
  await expect(visitor.getByText('这是专题预览')).toBeVisible()
  await expect(visitor.getByRole('heading', { level: 1, name: TITLE })).toBeVisible()

  await page.locator('input[name=is_show]').check()
  await page.locator('button[name=_continue]').click()
  await expect(page.getByRole('alert').getByText('成功修改了')).toBeVisible()

  await visitor.goto('/')
  const row = visitor.getByRole('region', { name: '专题' })
  await visitor.getByRole('contentinfo').scrollIntoViewIfNeeded()
  await row.scrollIntoViewIfNeeded()
  expect(await violations(visitor)).toEqual([])
  await row.getByRole('link', { name: TITLE }).click()
  await expect(visitor.getByText('两门课，一条路。')).toBeVisible()
  await expect(visitor.getByText('这是专题预览')).toHaveCount(0)
  await expect(visitor.getByRole('region', { name: '专题课程' }).getByRole('heading', { level: 3 })).toHaveText(COURSES)
  for (const size of [PHONE, { width: 1366, height: 768 }]) {
    await visitor.setViewportSize(size)
    expect(await scrollWidth(visitor)).toBeLessThanOrEqual(size.width)
    expect(await violations(visitor)).toEqual([])
  }
  await visitor.getByRole('link', { name: '全部专题' }).click()
  await expect(visitor.getByRole('heading', { level: 2, name: TITLE })).toBeVisible()
  expect(await violations(visitor)).toEqual([])
})
