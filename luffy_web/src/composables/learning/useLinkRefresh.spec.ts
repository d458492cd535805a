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
  subtitles: [],
  chapters: [],
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

  it('gives up when fresh links do not move the position', async () => {
    const { refresh, trouble } = await setup()

    for (let fault = 0; fault < 3; fault++) await refresh()

    expect(trouble.value).toBe('broken')
    expect(reload).toHaveBeenCalledTimes(2)
  })

  it('continues for hours as long as the position moves between the errors', async () => {
    const { refresh, trouble } = await setup()

    for (position = 0; position < 50_000; position += 7000) await refresh()

    expect(trouble.value).toBeNull()
    expect(reload).toHaveBeenCalledTimes(8)
  })

  it('backs off while the server cannot be reached', async () => {
    fetch.mockImplementation(lost)
    const { refresh, trouble } = await setup()

    await refresh()
    await vi.advanceTimersByTimeAsync(59_000)

    expect(trouble.value).toBe('offline')
    expect(fetch).toHaveBeenCalledTimes(5)
  })

  it('starts no second request for errors that come meanwhile', async () => {
    fetch.mockImplementation(lost)
    const { refresh } = await setup()

    await refresh()
    await refresh()
    await refresh()

    expect(fetch).toHaveBeenCalledOnce()
  })

  it('requests nothing once the player is closed', async () => {
    fetch.mockImplementation(lost)
    const { refresh, stop } = await setup()
    await refresh()

    stop()
    await vi.advanceTimersByTimeAsync(60_000)
    await flushPromises()

    expect(fetch).toHaveBeenCalledOnce()
  })

  it('reports a refusal', async () => {
    fetch.mockImplementation(() => Promise.reject(new ApiError(403, 0, '请先购买')))
    const { refresh, trouble } = await setup()

    await refresh()

    expect(refused).toHaveBeenCalledOnce()
    expect(trouble.value).toBeNull()
  })
})
