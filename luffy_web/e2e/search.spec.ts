import type { Page } from '@playwright/test'

import { scrollWidth, violations } from './accessibility'
import { sessionOf } from './shop'
import { expect, test } from './test'

const box = (page: Page) => page.getByRole('combobox', { name: '搜索课程' })
const options = (page: Page) => page.getByRole('listbox', { name: '搜索建议' }).getByRole('option')
const cards = (page: Page) => page.getByRole('main').getByRole('article')
const group = (page: Page, name: string) => page.getByRole('main').getByRole('group', { name })
const heading = (page: Page, word: string) =>
  page.getByRole('heading', { level: 1, name: `「${word}」的搜索结果` })
const results = (word: string, more = '') => `/course/search?word=${encodeURIComponent(word)}${more}`

/** Records the words for which the box requests suggestions. */
function suggestionsAsked(page: Page): string[] {
  const asked: string[] = []
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url())
    if (pathname.endsWith('/search/suggest/')) asked.push(searchParams.get('search') ?? '')
  })
  return asked
}

async function searchFor(page: Page, word: string) {
  await box(page).fill(word)
  await box(page).press('Enter')
  await expect(heading(page, word)).toBeVisible()
}

async function fitsTheScreen(page: Page, what?: string) {
  expect(await scrollWidth(page), what).toBeLessThanOrEqual(await page.evaluate(() => window.innerWidth))
}

test.describe('the box', () => {
  test('offers completions that are chosen by keyboard', async ({ page }) => {
    await page.goto('/')
    await box(page).focus()
    await page.keyboard.type('爬')
    await expect(options(page).first()).toContainText('爬')
    await expect(box(page)).toHaveAttribute('aria-expanded', 'true')

    await page.keyboard.press('ArrowDown')
    const first = options(page).first()
    await expect(first).toHaveAttribute('aria-selected', 'true')
    await expect(box(page)).toHaveAttribute('aria-activedescendant', (await first.getAttribute('id')) ?? '')
    const word = (await first.locator('.one-line').textContent())?.trim() ?? ''
    await page.keyboard.press('Enter')

    await expect(heading(page, word)).toBeVisible()
    await expect(box(page)).toHaveValue(word)
    await expect(options(page).first()).toBeHidden()
    await expect(cards(page).first().locator('mark').first()).toBeVisible()
  })

  test('closes with Escape and keeps what was typed', async ({ page }) => {
    await page.goto('/')
    await box(page).pressSequentially('Py')
    await expect(options(page).first()).toBeVisible()

    await page.keyboard.press('Escape')
    await expect(options(page).first()).toBeHidden()
    await expect(box(page)).toHaveValue('Py')
    await page.keyboard.press('Escape')
    await expect(box(page)).toHaveValue('')
  })

  test('shows hot words until it is used', async ({ page }) => {
    await page.goto('/')
    const hot = page.getByRole('list', { name: '热门搜索' })
    await expect(hot.getByRole('link').first()).toBeVisible()

    await box(page).click()
    await expect(hot).toBeHidden()
    await page.keyboard.press('Tab')
    await expect(hot).toBeVisible()

    const word = (await hot.getByRole('link').first().textContent())?.trim() ?? ''
    await hot.getByRole('link').first().click()
    await expect(heading(page, word)).toBeVisible()
  })

  test.describe('whose clock is set', () => {
    test.use({ newProfile: true })

    test('leaves an input method alone until it is done', async ({ page, context }) => {
      const asked = suggestionsAsked(page)
      const ime = await context.newCDPSession(page)
      const compose = (text: string) =>
        ime.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
      await page.clock.install()
      await page.goto('/')
      await box(page).focus()

      for (const text of ['p', 'pa', 'pac', 'pach', 'pacho', 'pachong']) {
        await compose(text)
        await page.clock.runFor(100)
      }
      await expect(box(page)).toHaveValue('pachong')
      // Enter and the arrow keys choose among the candidates of the input method.
      for (const key of ['ArrowDown', 'Enter']) {
        await ime.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, windowsVirtualKeyCode: 229 })
        await ime.send('Input.dispatchKeyEvent', { type: 'keyUp', key, windowsVirtualKeyCode: 229 })
      }
      await page.clock.runFor(400)
      expect(asked).toEqual([])
      await expect(page).toHaveURL('/')

      await ime.send('Input.insertText', { text: '爬虫' })
      await expect(options(page).first()).toContainText('爬虫')
      expect(asked).toEqual(['爬虫'])
      await page.keyboard.press('Enter')
      await expect(heading(page, '爬虫')).toBeVisible()
    })
  })

  test('remembers on this device what was searched for, and forgets it on demand', async ({ page }) => {
    await page.goto('/')
    for (const word of ['爬虫', 'Vue', 'Docker', '爬虫']) await searchFor(page, word)
    await page.goto('/')

    await box(page).click()
    await expect(options(page)).toHaveText(['爬虫', 'Docker', 'Vue'])
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await expect(heading(page, 'Vue')).toBeVisible()

    await page.goto('/')
    await box(page).click()
    await page.getByRole('button', { name: '删除「Docker」' }).click()
    await expect(options(page)).toHaveText(['Vue', '爬虫'])
    await page.getByRole('button', { name: '清空历史' }).click()
    await expect(options(page)).toHaveCount(0)

    await page.reload()
    await box(page).click()
    await expect(options(page)).toHaveCount(0)
  })

  test('works where the browser keeps nothing', async ({ page }) => {
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, {
          get: () => {
            throw new DOMException('denied', 'SecurityError')
          },
        })
      }
    })
    await page.goto('/')
    await searchFor(page, '爬虫')

    await box(page).fill('')
    await expect(options(page)).toHaveText(['爬虫'])
  })
})

test.describe('the results', () => {
  test('are narrowed and turned, and the back button takes it back', async ({ page }) => {
    await page.goto(results('Python'))
    await expect(page.getByRole('status').filter({ hasText: '找到' })).toHaveText(/找到 [1-9]\d* 门课程/)

    await group(page, '课程种类').getByRole('button', { name: '轻课' }).click()
    await expect(page).toHaveURL(/&kind=3$/)
    await group(page, '排序方式').getByRole('button', { name: '价格' }).click()
    await expect(page).toHaveURL(/&kind=3&ordering=price$/)
    await expect(cards(page).first()).toContainText('一课讲透装饰器')
    await group(page, '排序方式').getByRole('button', { name: '价格' }).click()
    await expect(page).toHaveURL(/&kind=3&ordering=-price$/)
    await expect(cards(page).first()).toContainText('asyncio 并发编程')
    await page.getByRole('main').getByRole('button', { name: '只看免费' }).click()
    await expect(page).toHaveURL(/&kind=3&free=true&ordering=-price$/)
    await expect(cards(page)).toHaveCount(1)
    await expect(cards(page)).toContainText('免费')

    await page.goBack()
    await expect(cards(page).first()).toContainText('asyncio 并发编程')
    await page.goBack()
    await page.goBack()
    await expect(page).toHaveURL(/&kind=3$/)
    await expect(group(page, '课程种类').getByRole('button', { pressed: true })).toHaveText('轻课')
    await expect(group(page, '排序方式').getByRole('button', { pressed: true })).toHaveText('综合')
    await page.goForward()
    await expect(group(page, '排序方式').getByRole('button', { pressed: true })).toContainText('价格')
  })

  test('are narrowed to a category and keep that over a reload', async ({ page }) => {
    await page.goto(results('实战'))
    await group(page, '课程分类').getByRole('button', { name: 'Linux' }).click()
    await expect(page).toHaveURL(/&category=\d+$/)

    await page.reload()

    await expect(group(page, '课程分类').getByRole('button', { pressed: true })).toHaveText('Linux')
    await expect(page.getByRole('link', { name: 'Linux 服务器运维实战' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Python 爬虫实战' })).toBeHidden()
  })

  test('keep the way back from a course', async ({ page }) => {
    await page.goto('/')
    await searchFor(page, '爬虫')
    await page.getByRole('link', { name: 'Python 爬虫实战' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Python 爬虫实战' })).toBeVisible()

    await page.goBack()
    await expect(heading(page, '爬虫')).toBeVisible()
    await expect(page).toHaveTitle('爬虫 - 搜索 - Luffy 学堂')
    await page.getByRole('banner').getByRole('link', { name: '免费课' }).click()
    await expect(page).toHaveTitle('免费课 - Luffy 学堂')
  })

  test('are those of another word where the typed one finds nothing', async ({ page }) => {
    await page.goto(results('pyhton'))

    await expect(page.getByText('已为您搜索').getByRole('link')).toHaveText('python')
    await expect(cards(page).first()).toContainText('Python')
    await page.getByRole('button', { name: '仍要搜索 pyhton' }).click()

    await expect(page).toHaveURL(/exact=true/)
    await expect(page.getByText('您是不是要找').getByRole('link')).toHaveText('python')
    await expect(page.getByText(/没有找到和「pyhton」有关的课程/)).toBeVisible()
  })

  test('understand words of the page as conditions, which can be taken away', async ({ page }) => {
    await page.goto(results('免费 python 100元以内'))
    const conditions = page.getByRole('list', { name: '从搜索词中识别的条件' })
    await expect(conditions.getByRole('link')).toHaveText(['100 元以内', '免费'])
    await expect(cards(page).first()).toContainText('Python')
    await fitsTheScreen(page)

    await conditions.getByRole('link', { name: '去掉「免费」' }).click()

    await expect(heading(page, 'python 100元以内')).toBeVisible()
    await expect(conditions.getByRole('link')).toHaveText(['100 元以内'])
    await expect(page.getByRole('link', { name: 'Python 爬虫实战' })).toBeVisible()
  })

  test('say which words are missing, and where a course was found', async ({ page }) => {
    await page.goto(results('爬虫怎么学'))
    await expect(page.getByRole('link', { name: 'Python 爬虫实战' })).toBeVisible()
    await expect(page.getByText('部分结果未包含')).toContainText('怎么')

    await page.goto(results('陈墨白'))
    await expect(page.getByText('老师：').first()).toContainText('陈墨白')
    expect(await violations(page)).toEqual([])
  })

  test('are there for an alias five seconds after the back office has it', async ({ page, visitor }) => {
    const letters = Array.from({ length: 8 }, () => 'bcdfghjklm'[Math.floor(Math.random() * 10)])
    const alias = `q${letters.join('')}`
    await page.goto(results(alias))
    await expect(page.getByText(`没有找到和「${alias}」有关的课程`)).toBeVisible()

    const staff = await visitor({ storageState: sessionOf('admin') })
    await staff.goto(`/admin/search/searchalias/add/?alias=${alias}`)
    await staff.getByLabel('课程里的说法').fill('Nginx')
    await staff.locator('[name="_save"]').click()
    await expect(staff.getByRole('link', { name: alias }).first()).toBeVisible()

    await expect(async () => {
      await page.reload()
      await expect(page.getByRole('link', { name: 'Nginx 配置精讲' })).toBeVisible({ timeout: 1000 })
    }).toPass({ timeout: 5000 })
  })

  test('offer popular courses where nothing is found', async ({ page }) => {
    await page.goto(results('zzzzqqqq'))

    await expect(page.getByText(/没有找到和「zzzzqqqq」有关的课程/)).toBeVisible()
    await expect(page.getByRole('region', { name: '热门课程' }).getByRole('article')).toHaveCount(4)
  })

  const ODD = [
    ['values that make no sense', results('爬虫', '&kind=9&category=x&free=perhaps&ordering=teacher&page=-3'), '爬虫'],
    ['a page past the end', results('爬虫', '&page=4000'), '爬虫'],
    ['markup', results('<img src=x onerror=alert(1)>'), '<img src=x onerror=alert(1)>'],
    ['operators', results('" OR * NEAR(a b) -- %_'), '" OR * NEAR(a b) -- %_'],
    ['right-to-left text', results('\u202eabc שלום'), '\u202eabc שלום'],
    ['four hundred characters', results('长'.repeat(400)), '长'.repeat(100)],
    ['NUL and line breaks', '/course/search?word=%00Go%0A%00', 'Go'],
  ] as const

  test('bear any address', async ({ page, errors }) => {
    test.setTimeout(ODD.length * 30_000)
    errors.allow(/404.*page=4000/)

    for (const [what, address, word] of ODD) {
      await page.goto(address)

      await expect(heading(page, word), what).toBeVisible()
      await expect(page.getByRole('status').filter({ hasText: /找到 \d+ 门课程/ }), what).toBeVisible()
      await expect(page.getByRole('alert'), what).toHaveCount(0)
      await fitsTheScreen(page, what)
    }
  })

  test('show an empty result for an unknown category', async ({ page, errors }) => {
    errors.allow(/400.*course_category=999999/)
    await page.goto(results('爬虫', '&category=999999'))

    await expect(page.getByText(/没有找到和「爬虫」有关的课程/)).toBeVisible()
    await page.getByRole('button', { name: '清除筛选条件' }).click()
    await expect(cards(page).first()).toBeVisible()
  })
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true })

  test('one types, taps a completion, narrows and taps history', async ({ page }) => {
    await page.goto('/')
    await page.getByRole('link', { name: '搜索课程' }).tap()
    await expect(box(page)).toBeFocused()
    await page.keyboard.type('爬')
    const completion = options(page).first()
    const word = (await completion.locator('.one-line').textContent())?.trim() ?? ''
    await fitsTheScreen(page)
    await completion.tap()
    await expect(heading(page, word)).toBeVisible()

    await group(page, '课程种类').getByRole('button', { name: '实战课' }).tap()
    await expect(page).toHaveURL(/kind=2/)
    await expect(cards(page).first()).toBeVisible()
    await fitsTheScreen(page)

    await box(page).tap()
    await box(page).fill('')
    await options(page).filter({ hasText: word }).tap()
    await expect(page).toHaveURL(/word=[^&]*$/)
    await expect(heading(page, word)).toBeVisible()
    // The on-screen keyboard closes with the focus.
    await expect(box(page)).not.toBeFocused()
  })

  test('long words stay in their place', async ({ page }) => {
    const long = ['很'.repeat(100), 'x'.repeat(100)]
    await page.route('**/search/suggest/**', (route) => route.fulfill({ json: { code: 100, msg: '', data: long, kinds: ['word', 'word'] } }))
    await page.route('**/search/hot/', (route) => route.fulfill({ json: { code: 100, msg: '', data: long } }))
    await page.goto('/course/search')
    for (const word of long) await searchFor(page, word)
    await fitsTheScreen(page)

    await box(page).fill('很')
    await expect(options(page)).toHaveCount(2)
    await fitsTheScreen(page)
    await box(page).fill('')
    await expect(options(page)).toHaveCount(2)
    await fitsTheScreen(page)
  })
})

for (const [size, viewport] of Object.entries({
  phone: { width: 390, height: 844 },
  desktop: { width: 1366, height: 768 },
})) {
  test.describe(`at the size of a ${size}`, () => {
    test.use({ viewport, contextOptions: { reducedMotion: 'reduce' } })

    test('box, list, history and results have no violations', async ({ page }) => {
      await page.goto('/course/search')
      await searchFor(page, '爬虫')
      await expect(cards(page).first()).toBeVisible()
      expect(await violations(page)).toEqual([])

      await box(page).fill('')
      await expect(page.getByRole('button', { name: '清空历史' })).toBeVisible()
      expect(await violations(page)).toEqual([])

      await box(page).fill('Pyth')
      await expect(options(page).filter({ hasText: /python/i }).first()).toBeVisible()
      await page.keyboard.press('ArrowDown')
      expect(await violations(page)).toEqual([])

      await page.goto(results('zzzzqqqq', '&free=true'))
      await expect(page.getByRole('region', { name: '热门课程' }).getByRole('article')).toHaveCount(4)
      expect(await violations(page)).toEqual([])
    })
  })
}
