import { describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import { run } from '@/testing/mounting'

import { useLoad } from './useLoad'

function deferred<Value>() {
  let settle: { resolve: (value: Value) => void; reject: (error: unknown) => void } | undefined
  const promise = new Promise<Value>((resolve, reject) => (settle = { resolve, reject }))
  return { promise, resolve: (value: Value) => settle?.resolve(value), reject: (error: unknown) => settle?.reject(error) }
}

describe('useLoad', () => {
  it('passes its arguments on, and keeps the answer', async () => {
    const read = vi.fn((_: AbortSignal, id: number) => Promise.resolve(`course ${id}`))
    const { result } = await run(() => useLoad(read))
    expect(result.loading.value).toBe(true)

    await result.load(9)

    expect(result.data.value).toBe('course 9')
    expect(result.loading.value).toBe(false)
  })

  it('keeps the answer of the last call, whichever arrives last', async () => {
    const answers = [deferred<string>(), deferred<string>()]
    const signals: AbortSignal[] = []
    const { result } = await run(() =>
      useLoad((signal) => answers[signals.push(signal) - 1]?.promise ?? Promise.resolve('')),
    )

    const calls = [result.load(), result.load()]
    answers[1]?.resolve('second')
    answers[0]?.resolve('first')
    await Promise.all(calls)

    expect(result.data.value).toBe('second')
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  it('keeps a refusal as its error, and clears it with the next call', async () => {
    const read = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new ApiError(404, 0, '没有')).mockResolvedValueOnce('ok')
    const { result } = await run(() => useLoad(read))

    await result.load()
    expect(result.error.value?.msg).toBe('没有')
    await result.load()

    expect(result.error.value).toBeNull()
    expect(result.data.value).toBe('ok')
  })

  it('does not take an abort or a bug for a refusal', async () => {
    const read = vi
      .fn<() => Promise<string>>()
      .mockRejectedValueOnce(new DOMException('gone', 'AbortError'))
      .mockRejectedValueOnce(new TypeError('bug'))
    const { result } = await run(() => useLoad(read))

    await result.load()
    expect(result.error.value).toBeNull()
    await expect(result.load()).rejects.toThrow('bug')

    expect(result.error.value).toBeNull()
  })

  it('aborts when it is dropped, and when its component is removed', async () => {
    const signals: AbortSignal[] = []
    const pending = deferred<string>()
    const { result, unmount } = await run(() => useLoad((signal) => (signals.push(signal), pending.promise)))

    void result.load()
    result.drop()
    expect(result.loading.value).toBe(false)
    void result.load()
    unmount()

    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
  })
})
