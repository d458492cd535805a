import { describe, expect, it, vi } from 'vitest'

import { sendSmsCode } from '@/api/user'
import { ApiError } from '@/api/errors'
import { run } from '@/testing/mounting'

import { useSmsCountdown } from './useSmsCountdown'

vi.mock('@/api/user')

describe('useSmsCountdown', () => {
  it('counts down from sixty, even when its dialog is closed and opened again', async () => {
    vi.useFakeTimers()
    const first = await run(() => useSmsCountdown('login'))

    await first.result.ask('13800000001')
    expect(sendSmsCode).toHaveBeenCalledWith('13800000001', 'login', undefined)
    expect(first.result.left.value).toBe(60)
    first.unmount()
    await vi.advanceTimersByTimeAsync(20_000)
    const { result } = await run(() => useSmsCountdown('login'))

    expect(result.left.value).toBe(40)
    expect(result.mayAsk.value).toBe(false)
    await result.ask('13800000001')
    expect(sendSmsCode).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(40_000)
    expect(result.mayAsk.value).toBe(true)
  })

  it('waits as long as the server says when it is asked too often', async () => {
    vi.mocked(sendSmsCode).mockRejectedValueOnce(new ApiError(429, 2003, '太频繁', {}, 300))
    const { result } = await run(() => useSmsCountdown('register'))

    await expect(result.ask('13800000001')).rejects.toMatchObject({ msg: '太频繁' })

    expect(result.left.value).toBe(300)
  })

  it('may be asked again at once when the message could not be sent', async () => {
    vi.mocked(sendSmsCode).mockRejectedValueOnce(new ApiError(503, 1503, '不可用'))
    const { result } = await run(() => useSmsCountdown('reset'))

    await expect(result.ask('13800000001')).rejects.toMatchObject({ msg: '不可用' })

    expect(result.mayAsk.value).toBe(true)
  })

  it('outlives a reload of the page', async () => {
    const { result } = await run(() => useSmsCountdown('reset'))
    await result.ask('13800000001')

    vi.resetModules()
    const { useSmsCountdown: reloaded } = await import('./useSmsCountdown')

    expect((await run(() => reloaded('reset'))).result.mayAsk.value).toBe(false)
  })
})
