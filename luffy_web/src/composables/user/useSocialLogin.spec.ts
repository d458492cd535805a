import { describe, expect, it } from 'vitest'

import { beginLogin, begunLogin, endLogin, keepLogin } from './useSocialLogin'

describe('a begun login', () => {
  it('has a key of its own, and is found by this tab for its provider until it ends', () => {
    const begun = beginLogin('wechat', 'login', '/course/9?from=list#top')

    expect(begun.browserKey).toMatch(/^[\w-]{43}$/)
    expect(begunLogin('wechat')).toEqual(begun)
    expect(begunLogin('alipay')).toBeNull()
    expect(beginLogin('wechat', 'login', '/').browserKey).not.toBe(begun.browserKey)
    endLogin()
    expect(begunLogin('wechat')).toBeNull()
  })

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '', '/login/callback/wechat?code=1'])(
    'never goes back to %s',
    (back) => {
      expect(beginLogin('wechat', 'login', back).back).toBe('/')
      keepLogin({ provider: 'wechat', purpose: 'login', browserKey: 'k', back })
      expect(begunLogin('wechat')?.back).toBe('/')
    },
  )

  it('is none where the storage holds something else', () => {
    for (const text of ['{', 'null', '7', '{"provider":"wechat"}']) {
      sessionStorage.setItem('luffy.begunLogin', text)
      expect(begunLogin('wechat')).toBeNull()
    }
  })
})
