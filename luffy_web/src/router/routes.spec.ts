import { createMemoryHistory, createRouter } from 'vue-router'
import { describe, expect, it } from 'vitest'

import { redirects } from './redirects'
import { routes, SPELLING } from './routes'

const router = createRouter({ history: createMemoryHistory(), routes: [...redirects, ...routes], ...SPELLING })

describe('the pages of the school', () => {
  it.each([
    ['/', 'home'],
    ['/all-courses', 'all-courses'],
    ['/free-course', 'free-course'],
    ['/actual-course', 'actual-course'],
    ['/light-course', 'light-course'],
    ['/course/9', 'course'],
    ['/course/search?word=python', 'search'],
    ['/learn/9/117', 'learn'],
    ['/learn/9', 'learn'],
    ['/pay/success?out_trade_no=1', 'pay-success'],
    ['/login/callback/wechat?code=1', 'login-callback'],
    ['/announcements', 'announcements'],
    ['/announcements/3', 'announcement'],
    ['/help/3', 'help'],
    ['/agreement/terms', 'agreement'],
    ['/agreement/refund/2', 'agreement'],
    ['/user', 'me'],
    ['/user/courses', 'my-courses'],
    ['/user/orders', 'my-orders'],
    ['/user/orders/01M825K83G', 'my-order'],
    ['/user/invoices', 'my-invoices'],
    ['/user/profile', 'my-profile'],
  ])('%s is %s, with a title', (path, name) => {
    const { name: found, meta } = router.resolve(path)

    expect(found).toBe(name)
    expect(meta.title).not.toBe('')
    expect(meta.requiresAuth ?? false).toBe(path.startsWith('/user'))
  })

  it.each(['/nope', '/course/9/', '/Course/9', '/FREE-course', '/course/abc', '/learn/9/x', '/user/else', '/login/callback/qq', '/pay/success/more', '/agreement/else', '/help/x', '/user/orders/01M/x'])('%s is no page', (path) => {
    expect(router.resolve(path).name).toBe('not-found')
  })

  it('keeps only the number of the order in the address of the payment result', async () => {
    await router.push('/pay/success?charset=utf-8&out_trade_no=01M825K83G&total_amount=99.00&sign=a%2Bb')

    expect(router.currentRoute.value.fullPath).toBe('/pay/success?out_trade_no=01M825K83G')
  })

  it.each([
    ['/free/detail/7', '/course/7'],
    ['/course/search?wd=C%2B%2B&kind=2', '/course/search?kind=2&word=C%2B%2B'],
    ['/course/search?wd=a&word=b', '/course/search?wd=a&word=b'],
  ])('leads from %s to %s', async (old, now) => {
    await router.push(old)

    expect(router.currentRoute.value.fullPath).toBe(router.resolve(now).fullPath)
  })

  it('can load every page', async () => {
    const pages = routes.map(({ component }) => (component as () => Promise<{ default: unknown }>)())

    expect((await Promise.all(pages)).every((page) => page.default)).toBe(true)
  })
})
