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

  it('shows what is kept at once, and then what is new', async () => {
    const fresh = deferred<string>()
    const keeper = { find: (page: number) => (page === 1 ? 'kept' : undefined), keep: vi.fn() }
    const read = vi.fn<(signal: AbortSignal, page: number) => Promise<string>>(() => fresh.promise)
    const { result } = await run(() => useLoad(read, keeper))

    const load = result.load(1)
    expect([result.data.value, result.loading.value]).toEqual(['kept', false])
    fresh.resolve('new')
    await load

    expect(result.data.value).toBe('new')
    expect(keeper.keep).toHaveBeenCalledExactlyOnceWith('new', 1)
    void result.load(2)
    expect(result.loading.value).toBe(true)
  })

  it('goes on showing what is kept while the server is away, but not what is gone', async () => {
    const refuse = vi.fn<() => Promise<string>>()
    const { result } = await run(() => useLoad(refuse, { find: () => 'kept', keep: () => undefined }))

    refuse.mockRejectedValueOnce(new ApiError(0, 0, '网络好像断开了'))
    await result.load()
    expect([result.data.value, result.error.value]).toEqual(['kept', null])
    refuse.mockRejectedValueOnce(new ApiError(404, 1, '没有这一页'))
    await result.load()

    expect(result.error.value?.status).toBe(404)
  })
})
