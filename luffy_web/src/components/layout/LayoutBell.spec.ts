import { screen } from '@testing-library/vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import LayoutBell from './LayoutBell.vue'

const bell = () => screen.getByRole('link', { name: /^消息/ })

describe('LayoutBell', () => {
  beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }))
  afterEach(() => vi.useRealTimers())

  it('asks for nothing while the page is being loaded, and for the number some time later', async () => {
    const calls = answer('get', 'inbox/unread/', { data: { unread: 3 } })
    await show(LayoutBell, { loggedIn: true })
    await vi.advanceTimersByTimeAsync(1500)
    expect(calls).toHaveLength(0)

    await vi.advanceTimersByTimeAsync(1000)

    await vi.waitFor(() => expect(bell()).toHaveAccessibleName('消息，3 条未读'))
    expect(bell()).toHaveTextContent('3')
    expect(bell()).toHaveAttribute('href', '/user/messages')
    expect(calls).toHaveLength(1)
  })

  it('counts no further than 99', async () => {
    answer('get', 'inbox/unread/', { data: { unread: 100 } })
    await show(LayoutBell, { loggedIn: true })
    await vi.advanceTimersByTimeAsync(2500)

    await vi.waitFor(() => expect(bell()).toHaveTextContent('99+'))
  })

  it('asks again when its tab is seen again, but not more than once a minute', async () => {
    const calls = answer('get', 'inbox/unread/', { data: { unread: 1 } })
    await show(LayoutBell, { loggedIn: true })
    await vi.advanceTimersByTimeAsync(2500)
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    const look = async (state: 'hidden' | 'visible') => {
      vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
      document.dispatchEvent(new Event('visibilitychange'))
      await vi.advanceTimersByTimeAsync(0)
    }

    await look('hidden')
    await look('visible')
    expect(calls).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(61_000)
    await look('hidden')
    await look('visible')

    await vi.waitFor(() => expect(calls).toHaveLength(2))
  })

  it('shows no number without an answer, and opens no login', async () => {
    answer('get', 'inbox/unread/', { status: 503, code: 1503 })
    await show(LayoutBell, { loggedIn: true })
    await vi.advanceTimersByTimeAsync(2500)

    expect(bell()).toHaveAccessibleName('消息')
  })
})
