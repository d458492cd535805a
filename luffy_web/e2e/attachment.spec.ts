import { readFileSync } from 'node:fs'

import type { Page } from '@playwright/test'

import { runInShop, newStudent, PASSWORD, payAtCashier, sessionOf, STATE } from './shop'
import { expect, test } from './test'

const PAID = 'Python 爬虫实战'
const FREE = 'Python 零基础入门'

const fileOf = (course: string) => readFileSync(`${STATE}/private/course/attachments/demo/${course} 课件.zip`)
const button = (page: Page) => page.getByRole('button', { name: '下载课件' })

/** Opens a course's page from its list; returns the path. */
async function open(page: Page, list: string, course: string) {
  await page.goto(list)
  await page.getByRole('link', { name: course }).first().click()
  await expect(page.getByRole('heading', { level: 1, name: course })).toBeVisible()
  return new URL(page.url()).pathname
}

/** Presses the button; the name that the browser would save, what it brought, and where it came from. */
async function download(page: Page) {
  const begun = page.waitForEvent('download')
  await button(page).click()
  const file = await begun
  return { name: file.suggestedFilename(), content: readFileSync(await file.path()), url: file.url() }
}

test('a buyer downloads the 课件 under its own name, and nobody before or after that', async ({ page, errors }) => {
  errors.allow(/403 GET \S+\/(attachment\/$|files\/)/)
  errors.allow(/console Failed to load resource.*403/)
  const mobile = await newStudent(page)
  const course = await open(page, '/actual-course', PAID)

  await button(page).click()
  await expect(page.getByText('购买课程后可以下载课件。')).toBeVisible()
  await page.getByRole('button', { name: '立即购买' }).click()
  await payAtCashier(page)
  await page.goto(course)
  const { name, content, url } = await download(page)

  expect(name).toBe(`${PAID} 课件.zip`)
  expect(content.equals(fileOf(PAID))).toBe(true)
  const status = async (address: string) => (await page.request.get(address)).status()
  expect(await status(url)).toBe(200)
  expect(await status(url.replace('/.download/', '/'))).toBe(403)
  expect(await status(url.replace(encodeURIComponent('爬虫实战'), encodeURIComponent('零基础入门')))).toBe(403)
  await page.goto(course.replace('/course/', '/learn/'))
  expect((await download(page)).name).toBe(name)

  await runInShop(`from luffy_api.apps.course.models import Enrollment
print(Enrollment.objects.filter(user__mobile="${mobile}").delete()[0])`)
  await button(page).click()
  await expect(page.getByText('购买课程后可以下载课件。')).toBeVisible()
})

test('an owner who is not logged in is asked to, and gets it then', async ({ page, visitor }) => {
  const desk = await visitor({ storageState: sessionOf('student2') })
  await open(desk, '/free-course', FREE)
  await desk.getByRole('button', { name: '立即学习' }).click()
  await expect(desk).toHaveURL(/\/learn\//)
  await open(page, '/free-course', FREE)

  const begun = page.waitForEvent('download')
  await button(page).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('用户名 / 手机号 / 邮箱').fill('student2')
  await dialog.getByLabel('密码', { exact: true }).fill(PASSWORD)
  await dialog.getByLabel('密码', { exact: true }).press('Enter')

  expect((await begun).suggestedFilename()).toBe(`${FREE} 课件.zip`)
  await expect(page.getByRole('link', { name: /(立即|继续)学习/ })).toBeVisible()
})
