import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import { run } from '@/testing/mounting'
import type { Play } from '@/types'

import { useLinkRefresh } from './useLinkRefresh'

const FRESH: Play = {
  url: '/files/b.mp4',
  type: 'mp4',
  expires_at: '2099-01-01T00:00:00Z',
  position: 0,
  watermark: '',
  poster: null,
}
const lost = () => Promise.reject(new ApiError(0, 0, '断网'))

describe('useLinkRefresh', () => {
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

  const setup = async () =>
    (await run(() => useLinkRefresh({ fetch, reload, refused, position: () => position }))).result

  it('gives up when fresh links do not bring the picture any further', async () => {
    const { refresh, trouble } = await setup()

    for (let fault = 0; fault < 3; fault++) await refresh()

    expect(trouble.value).toBe('broken')
    expect(reload).toHaveBeenCalledTimes(2)
  })

  it('goes on for hours as long as the picture moves between the faults', async () => {
    const { refresh, trouble } = await setup()

    for (position = 0; position < 50_000; position += 7000) await refresh()

    expect(trouble.value).toBeNull()
    expect(reload).toHaveBeenCalledTimes(8)
  })

  it('asks ever more seldom while the school is out of reach', async () => {
    fetch.mockImplementation(lost)
    const { refresh, trouble } = await setup()

    await refresh()
    await vi.advanceTimersByTimeAsync(59_000)

    expect(trouble.value).toBe('offline')
    expect(fetch).toHaveBeenCalledTimes(5)
  })

  it('does not start a second round of asking for faults that come meanwhile', async () => {
    fetch.mockImplementation(lost)
    const { refresh } = await setup()

    await refresh()
    await refresh()
    await refresh()

    expect(fetch).toHaveBeenCalledOnce()
  })

  it('asks nobody any more once the player is closed', async () => {
    fetch.mockImplementation(lost)
    const { refresh, stop } = await setup()
    await refresh()

    stop()
    await vi.advanceTimersByTimeAsync(60_000)
    await flushPromises()

    expect(fetch).toHaveBeenCalledOnce()
  })

  it('tells who may no longer watch', async () => {
    fetch.mockImplementation(() => Promise.reject(new ApiError(403, 0, '请先购买')))
    const { refresh, trouble } = await setup()

    await refresh()

    expect(refused).toHaveBeenCalledOnce()
    expect(trouble.value).toBeNull()
  })
})
