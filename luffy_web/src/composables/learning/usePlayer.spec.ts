import { flushPromises } from '@vue/test-utils'
import { ref, shallowRef } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { aSession } from '@/testing/samples'
import { answer, failNetwork } from '@/testing/server'

import { createEngine } from '@/player/engine'
import type { PlayerEvents } from '@/player/playbackPosition'
import { usePlayer } from './usePlayer'

vi.mock('@/player/engine')

const PLAY = { url: '/files/a.mp4', type: 'mp4', expires_at: '2099-01-01T00:00:00Z', position: 30 }

describe('usePlayer', () => {
  const engine = {
    position: vi.fn(() => 42),
    isRunning: vi.fn(() => true),
    play: vi.fn(),
    pause: vi.fn(),
    seek: vi.fn(),
    press: vi.fn(),
    reload: vi.fn(() => Promise.resolve()),
    destroy: vi.fn(),
  }
  let events: PlayerEvents

  afterEach(() => document.body.replaceChildren())

  beforeEach(() => {
    vi.clearAllMocks()
    engine.position.mockImplementation(() => 42)
    engine.reload.mockImplementation(() => Promise.resolve())
    vi.mocked(createEngine).mockReset().mockImplementation((...given) => {
      events = given[3]
      return Promise.resolve(engine)
    })
  })

  async function playing(keepsProgress = true, at = '/') {
    const plays = answer('get', 'course/section/:id/play/', { data: PLAY })
    const saves = answer('put', 'course/section/:id/progress/', {})
    const claims = answer('post', 'course/playing/', {})
    const section = ref(117)
    const ended = vi.fn()
    const root = shallowRef<HTMLElement | null>(document.createElement('div'))
    const frame = shallowRef<HTMLElement | null>(document.body.appendChild(document.createElement('div')))
    const player = await run(
      () => usePlayer({ root, frame }, () => section.value, { keepsProgress: () => keepsProgress, ended }),
      { loggedIn: true, at },
    )
    await vi.waitFor(() => expect(player.result.waiting.value).not.toBeNull())
    await player.result.start()
    return { ...player, plays, saves, claims, section, ended }
  }

  it('resumes at the stored position, and says so', async () => {
    const { result } = await playing()

    expect(vi.mocked(createEngine).mock.calls[0]?.[1]).toMatchObject({ url: '/files/a.mp4', position: 30 })
    expect(result.resumedAt.value).toBe(30)
  })

  it('begins at the second that the address names, and goes to another one', async () => {
    const { router, plays } = await playing(true, '/learn/9/117?at=65')
    expect(vi.mocked(createEngine).mock.calls[0]?.[1]).toMatchObject({ position: 65 })

    await router.push('/learn/9/117?at=5')
    await vi.waitFor(() => expect(plays).toHaveLength(2))
    for (const wrong of ['/learn/9/117?at=x', '/learn/9/117?at=-3']) {
      vi.mocked(createEngine).mockClear()
      await playing(true, wrong)
      expect(vi.mocked(createEngine).mock.calls[0]?.[1]).toMatchObject({ position: 30 })
    }
  })

  it('claims a place among the devices when it plays, and none for a trial', async () => {
    const { claims } = await playing()
    events.playing()
    await vi.waitFor(() => expect(claims).toHaveLength(1))

    const trial = await playing(false)
    events.playing()
    await flushPromises()
    expect(trial.claims).toHaveLength(0)
  })

  it('stops and says so when other devices play, and takes the place again', async () => {
    const { result } = await playing()
    answer('put', 'course/section/:id/progress/', { status: 409, code: 3004 })
    engine.position.mockImplementation(() => 55)

    events.paused()
    await vi.waitFor(() => expect(result.displaced.value).toBe(true))
    expect(engine.pause).toHaveBeenCalled()

    result.takeOver()
    expect(engine.play).toHaveBeenCalled()
    expect(result.displaced.value).toBe(false)
  })

  it('restarts from the beginning', async () => {
    const { result } = await playing()

    result.restart()

    expect(engine.seek).toHaveBeenCalledWith(0)
    expect(result.resumedAt.value).toBe(0)
  })

  it('saves the position when it is paused, once', async () => {
    const { saves } = await playing()

    events.paused()
    events.paused()

    await vi.waitFor(() => expect(saves).toHaveLength(1))
    expect(saves[0]?.body).toEqual({ position: 42 })
    expect(saves[0]?.url.pathname).toContain('/section/117/')
  })

  it('saves nothing of a trial', async () => {
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

  it('plays the next section at once when the first one was started', async () => {
    const { section } = await playing()

    section.value = 118
    await vi.waitFor(() => expect(createEngine).toHaveBeenCalledTimes(2))

    expect(vi.mocked(createEngine).mock.calls[1]?.[2].autoplay).toBe(true)
  })

  it('reports the end', async () => {
    const { ended, result } = await playing()

    events.ended()

    expect(ended).toHaveBeenCalledOnce()
    expect(result.over.value).toBe(true)
  })

  it('reopens after a login, but not after a logout', async () => {
    const { plays } = await playing()
    const session = useSessionStore()

    session.end()
    await flushPromises()
    expect(plays).toHaveLength(1)
    session.start(aSession())

    await vi.waitFor(() => expect(plays).toHaveLength(2))
  })

  it('continues with a fresh link when the old one has expired', async () => {
    const { plays, result } = await playing()

    events.failed()

    await vi.waitFor(() => expect(engine.reload).toHaveBeenCalledOnce())
    expect(plays).toHaveLength(2)
    expect(engine.destroy).not.toHaveBeenCalled()
    expect(result.trouble.value).toBeNull()
  })

  it('shows the refusal when the entitlement has ended', async () => {
    const { result } = await playing()
    answer('get', 'course/section/:id/play/', { status: 403, msg: '购买后可以学习' })

    events.failed()

    await vi.waitFor(() => expect(result.error.value?.msg).toBe('购买后可以学习'))
    expect(engine.destroy).toHaveBeenCalled()
  })

  it('reports a lost connection, and continues when the browser is online', async () => {
    const { result } = await playing()
    failNetwork('get', 'course/section/:id/play/')
    events.failed()
    await vi.waitFor(() => expect(result.trouble.value).toBe('offline'))
    answer('get', 'course/section/:id/play/', { data: PLAY })

    window.dispatchEvent(new Event('online'))

    await vi.waitFor(() => expect(engine.reload).toHaveBeenCalledOnce())
    expect(result.trouble.value).toBeNull()
  })

  it('builds a new player for a video that was transcoded meanwhile, at the same second', async () => {
    const { plays } = await playing()
    answer('get', 'course/section/:id/play/', { data: { ...PLAY, type: 'hls', url: '/hls/b.m3u8' } })

    events.failed()

    await vi.waitFor(() => expect(createEngine).toHaveBeenCalledTimes(2))
    expect(vi.mocked(createEngine).mock.calls[1]?.[1]).toMatchObject({ url: '/hls/b.m3u8', position: 42 })
    expect(plays).toHaveLength(1)
    expect(engine.reload).not.toHaveBeenCalled()
  })

  it('passes keys to the player, except those of a field', async () => {
    await playing()
    const field = document.body.appendChild(document.createElement('input'))

    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'm', bubbles: true }))

    expect(engine.press.mock.calls).toEqual([['forward']])
  })
})
