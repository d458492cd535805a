import { describe, expect, it } from 'vitest'

import { isHashed, isPage, type Asked } from './requests'

const SHOP = 'https://school.example'
const ask = (path: string, changes: Partial<Asked> = {}): Asked => ({
  url: path.startsWith('/') ? SHOP + path : path,
  method: 'GET',
  mode: 'cors',
  headers: new Headers(),
  ...changes,
})
const visit = (path: string, changes: Partial<Asked> = {}) => isPage(ask(path, { mode: 'navigate', ...changes }), SHOP)
const keeps = (path: string, changes: Partial<Asked> = {}) => isHashed(ask(path, changes), SHOP)

describe('the worker of the app', () => {
  it.each(['/', '/course/3', '/course/search?word=a', '/user/orders', '/no-such-page', '/apis', '/filesystem'])(
    'stands in for the page %s',
    (path) => expect(visit(path)).toBe(true),
  )

  it.each(['/admin/', '/admin', '/api/v1/docs/', '/media/a.png', '/files/t/x', '/static/a.js', '/alipay/cashier', 'https://other.example/'])(
    'leaves %s alone',
    (path) => expect(visit(path)).toBe(false),
  )

  it('stands in for nothing but what is opened', () => {
    expect(visit('/course/3', { method: 'POST' })).toBe(false)
    expect(visit('/course/3', { mode: 'cors' })).toBe(false)
  })

  it.each(['/assets/index-Dc3x_9-a.js', '/assets/index-abcdefgh.css', '/assets/KaTeX_Main-Regular-B22Nviop.woff2'])(
    'keeps %s',
    (path) => expect(keeps(path)).toBe(true),
  )

  it.each([
    '/',
    '/api/v1/course/3/',
    '/media/cover.webp',
    '/assets/index.js',
    '/assets/index-abc.js',
    '/back-office/upload.js',
    '/static/admin/base.0123456789ab.css',
    '/files/token/assets/video-abcdefgh.mp4',
    '/site.webmanifest',
    'https://other.example/assets/index-abcdefgh.js',
  ])('does not keep %s', (path) => expect(keeps(path)).toBe(false))

  it('does not keep a part of a file, or one that is opened as a page', () => {
    const path = '/assets/index-abcdefgh.js'
    expect(keeps(path, { headers: new Headers({ Range: 'bytes=0-9' }) })).toBe(false)
    expect(keeps(path, { mode: 'navigate' })).toBe(false)
    expect(keeps(path, { method: 'HEAD' })).toBe(false)
  })
})
