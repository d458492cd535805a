import { beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'

import { useNotice } from './useNotice'

describe('useNotice', () => {
  const { notices, tell, warn, refuse, dismiss } = useNotice()
  const texts = () => notices.value.map(({ text }) => text)

  beforeEach(() => {
    vi.useFakeTimers()
    notices.value.forEach(({ id }) => dismiss(id))
  })

  it('shows a message for five seconds', () => {
    tell('资料已保存。')

    vi.advanceTimersByTime(4999)
    expect(texts()).toEqual(['资料已保存。'])
    vi.advanceTimersByTime(1)

    expect(texts()).toEqual([])
  })

  it('shows the same message once, and as long as its last one', () => {
    warn('网络好像断开了。')
    vi.advanceTimersByTime(3000)
    warn('网络好像断开了。')

    expect(texts()).toHaveLength(1)
    vi.advanceTimersByTime(3000)

    expect(texts()).toHaveLength(1)
  })

  it('is dismissed by its id', () => {
    tell('一')
    tell('二')

    dismiss(notices.value[0]?.id ?? 0)

    expect(texts()).toEqual(['二'])
  })

  it('adds the waiting time to a rate limit only', () => {
    refuse(new ApiError(429, 0, '太频繁了', {}, 90))
    refuse(new ApiError(503, 0, '维护中', {}, 90))

    expect(texts()).toEqual(['太频繁了（90 秒后可以再试）', '维护中'])
  })
})
