import { http, HttpResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { server } from '@/testing/server'

import { download, DownloadError } from './download'

const URL_OF_PART = 'http://luffy.test/files/0.ts'

describe('download', () => {
  let asked = 0
  beforeEach(() => {
    asked = 0
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true, advanceTimeDelta: 200 })
  })
  afterEach(() => vi.useRealTimers())

  const answers = (...statuses: number[]) =>
    server.use(
      http.get(URL_OF_PART, () => {
        const status = statuses[Math.min(asked, statuses.length - 1)]
        asked += 1
        return status ? HttpResponse.text('bytes', { status }) : HttpResponse.error()
      }),
    )
  const text = (signal = new AbortController().signal) => download(URL_OF_PART, (response) => response.text(), signal)

  it('asks again after a fault of the network or the server', async () => {
    answers(0, 503, 429, 200)

    await expect(text()).resolves.toBe('bytes')
    expect(asked).toBe(4)
  })

  it('gives up after three more times', async () => {
    answers(500)

    await expect(text()).rejects.toEqual(new DownloadError(500))
    expect(asked).toBe(4)
  })

  it('does not repeat an expired link', async () => {
    answers(403)

    await expect(text()).rejects.toMatchObject({ status: 403 })
    expect(asked).toBe(1)
  })

  it('stops when nobody wants it any more', async () => {
    answers(500)
    const controller = new AbortController()
    const found = text(controller.signal)
    controller.abort()

    await expect(found).rejects.toThrow()
    expect(asked).toBeLessThan(2)
  })
})
