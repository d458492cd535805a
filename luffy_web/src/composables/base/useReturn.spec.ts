import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'

import { useReturn } from './useReturn'

function turn(state: DocumentVisibilityState, after = 0) {
  vi.advanceTimersByTime(after)
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
  document.dispatchEvent(new Event('visibilitychange'))
}

describe('useReturn', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('acts when the visitor is back, unless it was only for a moment or the page has gone', async () => {
    const act = vi.fn()
    const { unmount } = await run(() => useReturn(act))

    turn('hidden')
    turn('visible', 1000)
    expect(act).not.toHaveBeenCalled()
    turn('hidden')
    turn('visible', 3000)
    expect(act).toHaveBeenCalledOnce()

    unmount()
    turn('hidden')
    turn('visible', 3000)
    expect(act).toHaveBeenCalledOnce()
  })
})
