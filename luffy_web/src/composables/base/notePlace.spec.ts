import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { notePlace } from './notePlace'

describe('notePlace', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    history.replaceState({ position: 3, scroll: null }, '')
    vi.stubGlobal('scrollY', 0)
    notePlace()
  })
  afterEach(() => vi.useRealTimers())

  it('notes where the page has come to rest, beside what the router keeps', async () => {
    for (const top of [300, 600, 900]) {
      vi.stubGlobal('scrollY', top)
      window.dispatchEvent(new Event('scroll'))
      await vi.advanceTimersByTimeAsync(50)
    }
    expect(history.state).toEqual({ position: 3, scroll: null })
    await vi.advanceTimersByTimeAsync(300)

    expect(history.state).toMatchObject({ position: 3, scroll: { left: 0, top: 900 } })
  })
})
