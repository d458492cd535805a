import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'

import { run } from '@/testing/mounting'

import { usePolling } from './usePolling'

describe('usePolling', () => {
  const ask = vi.fn<(signal: AbortSignal, waited: number) => Promise<boolean>>()
  const polling = async (atOnce?: boolean) => {
    const { result, unmount } = await run(() => usePolling(ask, { first: 1000, longest: 4000 }))
    result.start(atOnce)
    return { ...result, unmount }
  }
  const see = (state: DocumentVisibilityState) => {
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
    document.dispatchEvent(new Event('visibilitychange'))
    return nextTick()
  }
  beforeEach(() => {
    ask.mockReset().mockResolvedValue(false)
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('waits longer each time, up to a limit, and says how long it has waited', async () => {
    await polling()

    await vi.advanceTimersByTimeAsync(1000 + 1500 + 2250 + 3375 + 4000 + 4000)

    expect(ask.mock.calls.map(([, waited]) => waited)).toEqual([1000, 2500, 4750, 8125, 12_125, 16_125])
  })

  it('asks at once when it is told to', async () => {
    await polling(true)

    expect(ask).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(1000)
    expect(ask).toHaveBeenCalledTimes(2)
  })

  it('ends with the answer that was waited for', async () => {
    ask.mockResolvedValueOnce(false).mockResolvedValueOnce(true)
    await polling()

    await vi.advanceTimersByTimeAsync(60_000)
    await see('visible')

    expect(ask).toHaveBeenCalledTimes(2)
  })

  it('asks one question at a time, however long the answer takes', async () => {
    let settle: (isOver: boolean) => void = () => undefined
    ask.mockReturnValueOnce(new Promise((resolve) => (settle = resolve)))
    await polling(true)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(ask).toHaveBeenCalledOnce()

    settle(false)
    await vi.advanceTimersByTimeAsync(1000)

    expect(ask).toHaveBeenCalledTimes(2)
  })

  it('asks nothing while the page is hidden, and at once when it is seen again', async () => {
    await polling()
    await see('hidden')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(ask).not.toHaveBeenCalled()

    await see('visible')
    expect(ask).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(1000)

    expect(ask).toHaveBeenCalledTimes(2)
  })

  it.each(['stop', 'unmount'] as const)('aborts its question and asks no more after %s', async (end) => {
    ask.mockReturnValue(new Promise(() => undefined))
    const watched = await polling(true)

    watched[end]()
    await see('visible')
    await vi.advanceTimersByTimeAsync(60_000)

    expect(ask).toHaveBeenCalledOnce()
    expect(ask.mock.calls[0]?.[0].aborted).toBe(true)
  })

  it('begins anew with the first pause', async () => {
    const { start } = await polling()
    await vi.advanceTimersByTimeAsync(2500)
    ask.mockClear()

    start()
    await vi.advanceTimersByTimeAsync(1000)

    expect(ask.mock.calls.map(([, waited]) => waited)).toEqual([1000])
  })
})
