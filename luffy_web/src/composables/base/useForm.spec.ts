import { describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import { run } from '@/testing/mounting'

import { useForm } from './useForm'

const form = (send: () => Promise<void>) =>
  run(() => useForm({ name: '' }, { name: (value) => (value ? undefined : '请填写') }, send))

describe('useForm', () => {
  it('asks the server only for what is whole', async () => {
    const send = vi.fn().mockResolvedValue(undefined)
    const { result } = await form(send)

    await result.submit()
    expect(result.errors.value.name).toBe('请填写')
    result.fields.name = '小帆'
    await result.submit()

    expect(send).toHaveBeenCalledOnce()
    expect(result.errors.value.name).toBeUndefined()
  })

  it('puts complaints beside their fields, and others over the form', async () => {
    const send = vi
      .fn()
      .mockRejectedValueOnce(new ApiError(400, 1000, '名字太长', { name: ['名字太长'] }))
      .mockRejectedValueOnce(new ApiError(409, 1009, '请刷新'))
    const { result } = await form(send)
    result.fields.name = '小帆'

    await result.submit()
    expect([result.errors.value.name, result.message.value]).toEqual(['名字太长', ''])
    await result.submit()
    expect([result.errors.value.name, result.message.value]).toEqual([undefined, '请刷新'])
  })

  it('counts down while the server wants to be left alone, then may be sent again', async () => {
    vi.useFakeTimers()
    const send = vi
      .fn()
      .mockRejectedValueOnce(new ApiError(429, 1029, '尝试太频繁', {}, 3))
      .mockResolvedValue(undefined)
    const { result } = await form(send)
    result.fields.name = '小帆'

    await result.submit()
    expect(result.wait.value).toBe(3)
    await vi.advanceTimersByTimeAsync(1000)
    expect(result.wait.value).toBe(2)
    await result.submit()
    expect(send).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(2000)
    expect([result.wait.value, result.message.value]).toEqual([0, ''])
    await result.submit()

    expect(send).toHaveBeenCalledTimes(2)
  })
})
