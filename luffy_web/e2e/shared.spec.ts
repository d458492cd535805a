import { expect, test } from './test'

const PAGES = ['/', '/free-course', '/actual-course', '/light-course', '/course/search?word=Python', '/announcements', '/learn/999999', '/help/999999', '/no-such-page']

test('titles of documents are those that the app gives its pages', async ({ page, request, errors }) => {
  errors.allow(/404.*(no-such-page|999999)/)
  await page.goto('/actual-course')
  const course = await page.getByRole('main').getByRole('article').first().getByRole('link').first().getAttribute('href')

  for (const path of [...PAGES, course ?? '']) {
    const html = await (await request.get(path)).text()
    const [, title] = /<title>([^<]+)<\/title>/.exec(html) ?? []
    await page.goto(path)
    await expect(page.getByRole('main').locator('h1, h2').first()).toBeAttached()
    await expect(page).toHaveTitle(title ?? '', { timeout: 10_000 })
  }
})

test('a shared course has a card, and the address of another page is not its own', async ({ page, request, baseURL }) => {
  await page.goto('/actual-course')
  const link = page.getByRole('main').getByRole('article').first().getByRole('link').first()
  const path = (await link.getAttribute('href')) ?? ''
  await expect(page.locator('link[rel=canonical]')).toHaveAttribute('href', `${baseURL}/actual-course`)

  await link.click()
  await expect(page).toHaveURL(path)
  await expect(page.locator('link[rel=canonical]')).toHaveCount(0)

  await page.goto(path)
  const of = (name: string) => page.locator(`meta[property="${name}"]`).getAttribute('content')
  // Until the course is there the page has a heading of its own.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText((await of('og:title')) ?? '')
  expect(await of('og:url')).toBe(`${baseURL}${path}`)
  const picture = await request.get((await of('og:image')) ?? '')
  expect(picture.headers()['content-type']).toBe('image/jpeg')
})

test('a course without scripts says its name, price and description', async ({ browser, page }) => {
  await page.goto('/actual-course')
  const path = (await page.getByRole('main').getByRole('article').first().getByRole('link').first().getAttribute('href')) ?? ''

  const plain = await browser.newContext({ javaScriptEnabled: false })
  const reader = await plain.newPage()
  await reader.goto(path)

  await expect(reader.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(reader.getByText(/价格：/)).toBeVisible()
  await plain.close()
})

for (const [size, viewport] of Object.entries({ laptop: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } })) {
  test(`a course is passed on by its picture and link on a ${size}`, async ({ page, baseURL }, { outputDir }) => {
    await page.setViewportSize(viewport)
    await page.goto('/actual-course')
    await page.getByRole('main').getByRole('article').first().getByRole('link').first().click()
    await page.getByRole('button', { name: '分享' }).click()

    const dialog = page.getByRole('dialog', { name: '分享课程' })
    const picture = dialog.getByRole('img')
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(750)
    await page.screenshot({ path: `${outputDir}/share-${size}.png` })
    await expect(dialog.getByLabel('课程链接')).toHaveValue(new RegExp(`^${baseURL}/course/\\d+$`))
    const saved = page.waitForEvent('download')
    await dialog.getByRole('link', { name: '保存图片' }).click()
    expect((await saved).suggestedFilename()).toMatch(/\.png$/)
    await dialog.getByRole('button', { name: '关闭' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByRole('button', { name: '分享' })).toBeFocused()
  })
}
