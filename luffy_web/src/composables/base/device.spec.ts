import { describe, expect, it, vi } from 'vitest'

import { device } from './device'

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148'

describe('device', () => {
  it.each([
    [`${IPHONE} MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN`, 'wechat'],
    ['Mozilla/5.0 (Windows NT 10.0) Chrome/120 MicroMessenger/7.0.20 MiniProgramEnv/Windows', 'wechat'],
    [`${IPHONE} Safari/604.1`, 'phone'],
    ['Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/130 Mobile Safari/537.36', 'phone'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130 Safari/537.36', 'desktop'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15', 'desktop'],
  ])('takes %s for %s', (userAgent, name) => {
    vi.stubGlobal('navigator', { userAgent })

    expect(device()).toBe(name)
  })
})
