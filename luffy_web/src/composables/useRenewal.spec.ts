import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import { run } from '@/testing/mounting'
import type { Play } from '@/types'

import { useRenewal } from './useRenewal'

const FRESH: Play = {
  url: '/files/b.mp4',
  type: 'mp4',
  expires_at: '2099-01-01T00:00:00Z',
  position: 0,
  watermark: '',
  poster: null,
}
const lost = () => Promise.reject(new ApiError(0, 0, '断网'))

describe('useRenewal', () => {
  const fetch = vi.fn(() => Promise.resolve(FRESH))
  const reload = vi.fn(() => Promise.resolve())
  const refused = vi.fn()
  let position = 0

  beforeEach(() => {
    vi.useFakeTimers()
    fetch.mockReset().mockImplementation(() => Promise.resolve(FRESH))
    reload.mockClear()
    refused.mockClear()
    position = 0
  })

  const renewing = async () =>
    (await run(() => useRenewal({ fetch, reload, refused, position: () => position }))).result

  it('gives up when fresh links do not bring the picture any further', async () => {
    const { renew, trouble } = await renewing()

    for (let fault = 0; fault < 3; fault++) await renew()

    expect(trouble.value).toBe('broken')
    expect(reload).toHaveBeenCalledTimes(2)
  })

  it('goes on for hours as long as the picture moves between the faults', async () => {
    const { renew, trouble } = await renewing()

    for (position = 0; position < 50_000; position += 7000) await renew()

    expect(trouble.value).toBeNull()
    expect(reload).toHaveBeenCalledTimes(8)
  })

  it('asks ever more seldom while the school is out of reach', async () => {
    fetch.mockImplementation(lost)
    const { renew, trouble } = await renewing()

    await renew()
    await vi.advanceTimersByTimeAsync(59_000)

    expect(trouble.value).toBe('offline')
    expect(fetch).toHaveBeenCalledTimes(5)
  })

  it('does not start a second round of asking for faults that come meanwhile', async () => {
    fetch.mockImplementation(lost)
    const { renew } = await renewing()

    await renew()
    await renew()
    await renew()

    expect(fetch).toHaveBeenCalledOnce()
  })

  it('asks nobody any more once the player is closed', async () => {
    fetch.mockImplementation(lost)
    const { renew, stop } = await renewing()
    await renew()

    stop()
    await vi.advanceTimersByTimeAsync(60_000)
    await flushPromises()

    expect(fetch).toHaveBeenCalledOnce()
  })

  it('tells who may no longer watch', async () => {
    fetch.mockImplementation(() => Promise.reject(new ApiError(403, 0, '请先购买')))
    const { renew, trouble } = await renewing()

    await renew()

    expect(refused).toHaveBeenCalledOnce()
    expect(trouble.value).toBeNull()
  })
})
