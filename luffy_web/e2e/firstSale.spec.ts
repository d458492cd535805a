import { readFileSync } from 'node:fs'

import type { Browser, Page } from '@playwright/test'

import { newPlace, openShop, type OwnShop } from './ownShop'
import { fillMobile, newMobile, payAtCashier, PROJECT, watch } from './shop'
import { expect, test as base } from './test'
import { videoFile } from './videos'

const COVER = `${PROJECT}/luffy_api/apps/home/demo/assets/covers/python-first-steps.webp`
const SCHOOL = '启明学堂'
const COURSE = '从零开始学编程'
/** Transcoding takes long on a busy machine. */
const TRANSCODING = { timeout: 150_000 }
/** What an empty shop in development lacks; its payments go to the local gateway. */
const STEPS = ['网站信息', '分类', '讲师', '课程', '视频', '上线']

const test = base.extend<{ shop: OwnShop }>({
  shop: [
    async ({}, use) => {
      const shop = await openShop(await newPlace('empty'), {}, ['--no-demo'])
      await use(shop)
      await shop.close()
    },
    { timeout: 240_000 },
  ],
  baseURL: async ({ shop }, use) => use(shop.url),
})

/** Saves the form of the page; one with a fault stays where it is. */
async function save(page: Page, button = '_save') {
  const saved = page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.status() === 302)
  await page.locator(`button[name=${button}]`).click()
  await saved
  await page.waitForLoadState()
}

async function choose(page: Page, name: string, text: string) {
  await page.getByRole('combobox', { name }).click()
  await page.getByRole('option', { name: text }).click()
}

const todo = (page: Page) => page.getByRole('region', { name: '开张清单' }).locator('li:not(.done) a')

/** The one-time code that scripts/start has printed. */
const codeOf = (shop: OwnShop) => /^\s+(\w{4}(?:-\w{4}){3})$/m.exec(readFileSync(shop.log, 'utf8'))?.[1] ?? ''

async function becomeOwner(page: Page, shop: OwnShop) {
  await page.goto('/admin/')
  await page.getByLabel('一次性代码').fill(codeOf(shop))
  await page.getByLabel('用户名').fill('owner')
  await page.getByLabel('密码', { exact: true }).fill('correct-horse-7')
  await page.getByLabel('再输入一次密码').fill('correct-horse-7')
  await page.getByRole('button', { name: '创建并登录' }).click()
}

async function introduceSchool(page: Page) {
  await page.goto('/admin/school/sitesettings/')
  await page.locator('input[name=name]').fill(SCHOOL)
  await save(page)
  for (const kind of ['terms', 'privacy', 'refund']) {
    await page.goto(`/admin/school/agreement/add/?kind=${kind}`)
    await save(page)
  }
  await page.goto('/admin/course/coursecategory/add/')
  await page.locator('input[name=name]').fill('编程')
  await save(page)
  await page.goto('/admin/course/teacher/add/')
  await page.locator('input[name=name]').fill('周老师')
  await page.locator('input[name=title]').fill('软件工程师')
  await save(page)
}

/** Makes a course with one video; returns the address of its preview. */
async function makeCourse(page: Page): Promise<string> {
  await page.goto('/admin/course/course/add/')
  await page.locator('input[name=name]').fill(COURSE)
  await page.locator('select[name=kind]').selectOption('实战课')
  await choose(page, '分类', '编程')
  await choose(page, '讲师', '周老师')
  await page.locator('input[name=price]').fill('99')
  await page.locator('input[name=course_img]').setInputFiles(COVER)
  await save(page)
  await page.getByLabel('新章节的标题').fill('准备')
  await page.keyboard.press('Enter')
  await page.getByLabel('上传视频到 准备').setInputFiles(videoFile('第一课.mp4'))
  await expect(page.locator('[data-section] .media__state')).toHaveText('可播放', TRANSCODING)
  return (await page.locator('.field-preview_link a').getAttribute('href')) ?? ''
}

/** Whoever holds the link watches what nobody can buy yet. */
async function watchPreview(browser: Browser, link: string) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(link)
  await page.getByRole('tab', { name: '课程章节' }).click()
  await page.getByRole('link', { name: '第一课' }).click()
  await watch(page)
  await context.close()
}

async function buy(browser: Browser, shop: OwnShop) {
  const context = await browser.newContext({ baseURL: shop.url })
  const page = await context.newPage()
  await page.goto('/actual-course')
  await expect(page).toHaveTitle(new RegExp(SCHOOL))
  await page.getByRole('link', { name: COURSE }).click()
  await page.getByRole('button', { name: '立即购买' }).click()
  await fillMobile(page, newMobile(), shop.log)
  await page.getByRole('dialog').getByRole('button', { name: '登录并继续' }).click()
  await payAtCashier(page)
  await page.getByRole('link', { name: '立即学习' }).click()
  await watch(page)
  await context.close()
}

test('the owner of an empty shop sells the first course', async ({ page, shop, browser }) => {
  test.setTimeout(300_000)
  await becomeOwner(page, shop)
  await expect(todo(page)).toHaveText(STEPS)

  await introduceSchool(page)
  const link = await makeCourse(page)
  await page.goto('/admin/')
  await expect(todo(page)).toHaveText(['上线'])
  await watchPreview(browser, link)

  await page.goto('/admin/course/course/')
  await page.locator('#result_list').getByRole('link', { name: COURSE }).click()
  await page.locator('select[name=status]').selectOption('上线')
  await save(page)
  await page.goto('/admin/')
  await expect(page.frameLocator('iframe[title="经营数据"]').getByRole('heading', { name: '经营数据' })).toBeVisible()
  await expect(todo(page)).toHaveCount(0)
  await buy(browser, shop)

  await page.goto('/admin/order/order/')
  await expect(page.locator('#result_list tbody tr')).toHaveCount(1)
  await expect(page.locator('#result_list .field-order_status')).toHaveText('已支付')
})
