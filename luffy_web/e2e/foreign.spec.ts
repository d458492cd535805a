import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'

import { FOREIGN_PORT, newStudent, PASSWORD, PROJECT } from './shop'
import { expect, test } from './test'

/** What docs/api.md says, in its order. */
const DOCUMENTED = [...readFileSync(`${PROJECT}/docs/api.md`, 'utf8').matchAll(/```js\n([\s\S]*?)```/g)].map(([, lines]) => lines)

/** The documented lines as a script of this shop and student; resolves to what they have found. */
const script = (shop: string, mobile: string) => `(async () => {
${DOCUMENTED.join('\n')
  .replace('https://school.example', shop)
  .replace('13800000001', mobile)
  .replace('luffy-student', PASSWORD)}
const late = await call('GET', 'course/?nonsense=1').catch((error) => error)
return { list, course, outline, found, mine, login, order, paid, late: { ...late, message: late.message } }
})()`

interface Answers {
  list: { next: string | null }
  course: { id: number; course_img: string }
  outline: unknown[]
  found: { results: { id: number }[] }
  mine: { owned: boolean }
  order: { out_trade_no: string }
  paid: { code: number; data: { out_trade_no: string } }
  late: { status: number; requestId: string | null }
}

// Both journeys are served by one port.
test.describe.configure({ mode: 'default' })

let server: Server

test.beforeAll(() => {
  server = createServer((_, answer) => {
    answer.setHeader('Content-Type', 'text/html; charset=utf-8')
    answer.end('<!doctype html><link rel="icon" href="data:,"><title>另一个前端</title>')
  }).listen(Number(FOREIGN_PORT), '127.0.0.1')
})
test.afterAll(() => server.close())

test('a front end on another port lists, searches, logs in, buys and learns that it is paid', async ({ page, context, baseURL, errors }) => {
  errors.allow(/^foreign /)
  errors.allow(/400 GET .*nonsense|console .*400.*nonsense/)
  const shop = baseURL ?? ''
  const mobile = await newStudent(page)
  await page.goto(`http://127.0.0.1:${FOREIGN_PORT}/`)

  const opened = context.waitForEvent('page')
  const answers = page.evaluate<Answers>(script(shop, mobile))
  const cashier = await opened
  await cashier.getByRole('button', { name: '付款' }).click()
  await expect(cashier.getByRole('heading', { name: '支付成功' })).toBeVisible()
  const { list, course, outline, found, mine, order, paid, late } = await answers

  expect(list.next).toMatch(`${shop}/api/v1/course/`)
  expect(outline).not.toHaveLength(0)
  expect(found.results.map(({ id }) => id)).toContain(course.id)
  expect(mine.owned).toBe(false)
  expect(paid).toMatchObject({ code: 100, data: { out_trade_no: order.out_trade_no } })
  expect(late.status).toBe(400)
  expect(late.requestId).toMatch(/\w+/)

  const picture = course.course_img
  expect(picture).toMatch(`${shop}/media/`)
  await page.setContent(`<img src="${picture}" alt="">`)
  await expect.poll(() => page.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)
})

test('an origin that is not named reads nothing', async ({ page, baseURL, errors }) => {
  errors.allow(/./)
  // Another name of the same host is another origin.
  await page.goto(`http://localhost:${FOREIGN_PORT}/`)

  const read = (address: string) => page.evaluate((url) => fetch(url).then(() => 'read', () => 'blocked'), address)

  expect(await read(`${baseURL}/api/v1/course/`)).toBe('blocked')
})
