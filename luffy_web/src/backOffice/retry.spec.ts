import { beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'

import { withRetry } from './retry'

const OFFLINE = new ApiError(0, 0, '网络好像断开了')
const BROKEN = new ApiError(503, 0, '维护中')

describe('withRetry', () => {
  const waiting = vi.fn()
  let stop: AbortController

  beforeEach(() => {
    vi.useFakeTimers()
    waiting.mockReset()
    stop = new AbortController()
  })

  const failing = (error: Error, times = Infinity) => {
    let left = times
    return vi.fn(() => (left-- > 0 ? Promise.reject(error) : Promise.resolve('done')))
  }
  const retry = (act: () => Promise<string>) => withRetry(act, { signal: stop.signal, waiting })

  it('waits twice as long after each failure, and reports both the waiting and its end', async () => {
    const act = failing(OFFLINE, 3)
    const result = retry(act)

    const attempts = []
    for (const seconds of [0, 1, 2, 4]) {
      await vi.advanceTimersByTimeAsync(seconds * 1000)
      attempts.push(act.mock.calls.length)
    }

    expect(attempts).toEqual([1, 2, 3, 4])
    expect(await result).toBe('done')
    expect(waiting.mock.calls).toEqual([[OFFLINE], [OFFLINE], [OFFLINE], [null]])
  })

  it('waits for a lost connection without limit', async () => {
    const act = failing(OFFLINE, 50)
    const result = retry(act)

    await vi.advanceTimersByTimeAsync(50 * 30_000)

    expect(await result).toBe('done')
  })

  it('gives up on a server that fails six times', async () => {
    const act = failing(BROKEN)
    const result = expect(retry(act)).rejects.toBe(BROKEN)

    await vi.advanceTimersByTimeAsync(10 * 60_000)
    await result

    expect(act).toHaveBeenCalledTimes(6)
  })

  it('does not repeat what cannot succeed', async () => {
    const act = failing(new ApiError(413, 0, '文件太大'))

    await expect(retry(act)).rejects.toMatchObject({ status: 413 })

    expect(act).toHaveBeenCalledOnce()
  })

  it('honours Retry-After', async () => {
    const act = failing(new ApiError(429, 0, '太频繁了', {}, 20), 1)
    const result = retry(act)

    await vi.advanceTimersByTimeAsync(19_000)
    expect(act).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(1000)

    expect(await result).toBe('done')
  })

  it('retries at once when the browser is online again', async () => {
    const result = retry(failing(OFFLINE, 1))
    await vi.advanceTimersByTimeAsync(0)

    window.dispatchEvent(new Event('online'))

    expect(await result).toBe('done')
  })

  it('ends with AbortError while it waits', async () => {
    const act = failing(OFFLINE)
    const result = expect(retry(act)).rejects.toMatchObject({ name: 'AbortError' })
    await vi.advanceTimersByTimeAsync(0)

    stop.abort()
    await result

    expect(act).toHaveBeenCalledOnce()
  })
})
