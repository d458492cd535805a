import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'
import { answer } from '@/testing/server'

import { useProgress } from './useProgress'

async function watching(reply: Parameters<typeof answer>[2] = {}) {
  const saves = answer('put', 'course/section/:id/progress/', reply)
  const place = { second: 30 }
  const events = { done: vi.fn(), displaced: vi.fn() }
  const { result, unmount } = await run(() => useProgress(() => place.second, () => true, events), { loggedIn: true })
  result.begin(117, 30)
  return { saves, place, unmount, events, ...result }
}

const positions = (saves: { body: unknown }[]) => saves.map(({ body }) => (body as { position: number }).position)

describe('useProgress', () => {
  it('saves every ten seconds, and nothing while the position stays', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { saves, place } = await watching()

    vi.advanceTimersByTime(20_000)
    place.second = 40
    vi.advanceTimersByTime(10_000)
    vi.advanceTimersByTime(30_000)
    await vi.waitFor(() => expect(saves).not.toHaveLength(0))
    await flushPromises()

    expect(positions(saves)).toEqual([40])
  })

  it('saves when the page is left', async () => {
    const { saves, place } = await watching()
    place.second = 55

    window.dispatchEvent(new Event('pagehide'))

    await vi.waitFor(() => expect(positions(saves)).toEqual([55]))
  })

  it('saves when the page is hidden, as a phone does before discarding it', async () => {
    const { saves, place } = await watching()
    place.second = 56
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')

    document.dispatchEvent(new Event('visibilitychange'))

    await vi.waitFor(() => expect(positions(saves)).toEqual([56]))
  })

  it('repeats a failed save', async () => {
    const { saves, place, save } = await watching({ status: 503 })
    place.second = 60

    save()
    await vi.waitFor(() => expect(saves).toHaveLength(1))
    await vi.waitFor(() => {
      save()
      expect(saves.length).toBeGreaterThan(1)
    })

    expect(new Set(positions(saves))).toEqual(new Set([60]))
  })

  it('tells when the section counts as done', async () => {
    const { place, save, events } = await watching({ data: { position: 60, watched: 55, done: true } })
    place.second = 60

    save()

    await vi.waitFor(() => expect(events.done).toHaveBeenCalled())
  })

  it('tells when other devices play, and of no other refusal', async () => {
    const { place, save, events } = await watching({ status: 409, code: 1009 })
    place.second = 60
    save()
    await flushPromises()
    expect(events.displaced).not.toHaveBeenCalled()

    answer('put', 'course/section/:id/progress/', { status: 409, code: 3004 })
    place.second = 70
    save()

    await vi.waitFor(() => expect(events.displaced).toHaveBeenCalled())
  })

  it('saves nothing while another page plays', async () => {
    const { saves, place, save, skip } = await watching()
    place.second = 90

    skip()
    save()
    await flushPromises()

    expect(saves).toHaveLength(0)
  })
})
