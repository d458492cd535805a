import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'

import { run } from '@/testing/mounting'

import { useCountdown } from './useCountdown'

const NOW = Date.parse('2026-11-22T09:00:00Z')
const inSeconds = (seconds: number) => new Date(NOW + seconds * 1000).toISOString()

describe('useCountdown', () => {
  beforeEach(() => vi.useFakeTimers({ now: NOW }))

  it('counts whole seconds down, and reports the end once', async () => {
    const over = vi.fn()
    const { result } = await run(() => useCountdown(() => inSeconds(2.5), over))

    expect(result.left.value).toBe(3)
    await vi.advanceTimersByTimeAsync(1000)
    expect(result.left.value).toBe(2)
    await vi.advanceTimersByTimeAsync(60_000)

    expect(result.left.value).toBe(0)
    expect(over).toHaveBeenCalledOnce()
  })

  it('has nothing to count without a time or after it', async () => {
    const over = vi.fn()
    const { result } = await run(() => [useCountdown(() => null, over), useCountdown(() => inSeconds(-5), over)])

    await vi.advanceTimersByTimeAsync(5000)

    expect(result.map(({ left }) => left.value)).toEqual([0, 0])
    expect(over).not.toHaveBeenCalled()
  })

  it('starts again with another time', async () => {
    const until = ref(inSeconds(1))
    const { result } = await run(() => useCountdown(() => until.value))
    await vi.advanceTimersByTimeAsync(2000)

    until.value = inSeconds(10)
    await nextTick()

    expect(result.left.value).toBe(8)
  })

  it('stops with its component', async () => {
    const over = vi.fn()
    const { unmount } = await run(() => useCountdown(() => inSeconds(2), over))

    unmount()
    await vi.advanceTimersByTimeAsync(5000)

    expect(over).not.toHaveBeenCalled()
  })
})
