import { flushPromises } from '@vue/test-utils'
import { ref, shallowRef } from 'vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { aSession } from '@/testing/samples'
import { answer } from '@/testing/server'

import { createEngine, type EngineEvents } from './playerEngine'
import { usePlayer } from './usePlayer'

vi.mock('./playerEngine')

const PLAY = { url: '/files/a.mp4', type: 'mp4', expires_at: '2099-01-01T00:00:00Z', position: 30 }

describe('usePlayer', () => {
  const engine = { position: vi.fn(() => 42), destroy: vi.fn() }
  let events: EngineEvents

  beforeEach(() => {
    engine.destroy.mockClear()
    vi.mocked(createEngine).mockReset().mockImplementation((_, __, given) => {
      events = given
      return Promise.resolve(engine)
    })
  })

  async function playing(keepsProgress = true) {
    const plays = answer('get', 'course/section/:id/play/', { data: PLAY })
    const saves = answer('put', 'course/section/:id/progress/', {})
    const section = ref(117)
    const ended = vi.fn()
    const root = shallowRef<HTMLElement | null>(document.createElement('div'))
    const player = await run(
      () => usePlayer(root, () => section.value, { keepsProgress: () => keepsProgress, ended }),
      { loggedIn: true },
    )
    await vi.waitFor(() => expect(createEngine).toHaveBeenCalled())
    await flushPromises()
    return { ...player, plays, saves, section, ended }
  }

  it('starts where the student left', async () => {
    await playing()

    expect(vi.mocked(createEngine).mock.calls[0]?.[1]).toMatchObject({ url: '/files/a.mp4', position: 30 })
  })

  it('remembers how far it came when it is paused, once', async () => {
    const { saves } = await playing()

    events.paused()
    events.paused()

    await vi.waitFor(() => expect(saves).toHaveLength(1))
    expect(saves[0]?.body).toEqual({ position: 42 })
    expect(saves[0]?.url.pathname).toContain('/section/117/')
  })

  it('keeps nothing of a trial', async () => {
    const { saves, unmount } = await playing(false)

    events.paused()
    unmount()
    await flushPromises()

    expect(saves).toHaveLength(0)
    expect(engine.destroy).toHaveBeenCalled()
  })

  it('saves the old section before it opens the next', async () => {
    const { saves, plays, section } = await playing()

    section.value = 118

    await vi.waitFor(() => expect(createEngine).toHaveBeenCalledTimes(2))
    expect(saves[0]?.url.pathname).toContain('/section/117/')
    expect(plays[1]?.url.pathname).toContain('/section/118/')
    expect(engine.destroy).toHaveBeenCalledOnce()
  })

  it('tells that it came to the end', async () => {
    const { ended } = await playing()

    events.ended()

    expect(ended).toHaveBeenCalledOnce()
  })

  it('opens again for who logs in, but does not ask for a login after a logout', async () => {
    const { plays } = await playing()
    const session = useSessionStore()

    session.end()
    await flushPromises()
    expect(plays).toHaveLength(1)
    session.start(aSession())

    await vi.waitFor(() => expect(plays).toHaveLength(2))
  })

  it('asks for a fresh link when playing fails', async () => {
    const { result, plays } = await playing()

    events.failed()
    expect(result.broken.value).toBe(true)
    await result.retry()

    expect(plays).toHaveLength(2)
    expect(result.broken.value).toBe(false)
  })
})
