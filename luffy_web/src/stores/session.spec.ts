import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { aSession } from '@/testing/samples'
import { answer } from '@/testing/server'

import { useSessionStore } from './session'
import { refreshDelay } from './tokenRefresh'

const KEY = 'luffy.session'
const HOUR = 3_600_000

describe('the session', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('survives a reload', () => {
    useSessionStore().start(aSession())
    setActivePinia(createPinia())

    expect(useSessionStore().user?.nickname).toBe('小帆')
  })

  it('ignores invalid stored data', () => {
    localStorage.setItem(KEY, '{"token": 1')

    expect(useSessionStore().isLoggedIn).toBe(false)
  })

  it('follows a logout in another tab', () => {
    const session = useSessionStore()
    session.start(aSession())

    localStorage.removeItem(KEY)
    window.dispatchEvent(new StorageEvent('storage', { key: KEY, newValue: null, storageArea: localStorage }))

    expect(session.isLoggedIn).toBe(false)
  })

  it('is refreshed before it expires', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-22T00:00:00Z'), toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const calls = answer('post', 'user/token/refresh/', {
      data: aSession({ token: 'token-2', expires_at: '2026-11-23T00:00:00Z' }),
    })
    const session = useSessionStore()
    session.start(aSession({ expires_at: '2026-11-22T04:00:00Z' }))

    await vi.advanceTimersByTimeAsync(2.9 * HOUR)
    expect(calls).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(0.2 * HOUR)
    vi.useRealTimers()

    await vi.waitFor(() => expect(localStorage.getItem(KEY)).toContain('token-2'))
    expect(calls[0]?.token).toBe('jwt token-1')
  })

  it('ends, without a dialog, when the server refuses to refresh it', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-22T00:00:00Z'), toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    answer('post', 'user/token/refresh/', { status: 401 })
    const session = useSessionStore()
    session.start(aSession({ expires_at: '2026-11-22T04:00:00Z' }))

    await vi.advanceTimersByTimeAsync(3.1 * HOUR)
    vi.useRealTimers()

    await vi.waitFor(() => expect(session.isLoggedIn).toBe(false))
    expect(session.loginMode).toBeNull()
  })

  it('is refreshed before it expires even when little time is left', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-22T00:00:00Z'), toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const calls = answer('post', 'user/token/refresh/', { data: aSession({ token: 'token-2' }) })
    useSessionStore().start(aSession({ expires_at: '2026-11-22T00:00:20Z' }))

    await vi.advanceTimersByTimeAsync(16_000)
    vi.useRealTimers()

    await vi.waitFor(() => expect(calls).toHaveLength(1))
  })

  it('is refreshed at once when the computer slept through the time', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-22T00:00:00Z'), toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const calls = answer('post', 'user/token/refresh/', { data: aSession({ token: 'token-2' }) })
    useSessionStore().start(aSession({ expires_at: '2026-11-22T04:00:00Z' }))
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(calls).toHaveLength(0)

    vi.setSystemTime(Date.parse('2026-11-22T03:30:00Z'))
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(1)
    vi.useRealTimers()

    await vi.waitFor(() => expect(calls).toHaveLength(1))
  })

  it('never refreshes without a delay or beyond the maximum of a timer', () => {
    const now = Date.parse('2026-11-22T00:00:00Z')

    expect(refreshDelay('2026-11-21T00:00:00Z', now)).toBe(1000)
    expect(refreshDelay('2099-01-01T00:00:00Z', now)).toBe(2 ** 31 - 1)
  })

  it('resolves the login prompt after a login and after a dismissal', async () => {
    const session = useSessionStore()

    const first = session.askLogin()
    session.turnAway()
    const second = session.askLogin('register')
    expect(session.loginMode).toBe('register')
    session.start(aSession())

    expect(await Promise.all([first, second])).toEqual([false, true])
    expect(session.loginMode).toBeNull()
  })

  it('ends even when the server cannot be reached', async () => {
    answer('post', 'user/logout/', { status: 503 })
    const session = useSessionStore()
    session.start(aSession())

    await session.logout()

    expect(localStorage.getItem(KEY) ?? 'null').toBe('null')
  })
})
