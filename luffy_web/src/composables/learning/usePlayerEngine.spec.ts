import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { shallowRef } from 'vue'

import { createEngine, downloadParts, type Engine } from '@/player/engine'
import { run } from '@/testing/mounting'
import type { Play } from '@/types'

import { usePlayerEngine } from './usePlayerEngine'

vi.mock('@/player/engine')

const MP4 = { url: '/files/a.mp4', type: 'mp4', position: 0 } as Play
const OTHER = { ...MP4, url: '/files/b.mp4' }
const HLS = { ...MP4, url: '/hls/index.m3u8', type: 'hls' } as Play

function anEngine(): Engine {
  return {
    position: vi.fn(() => 42),
    isRunning: vi.fn(() => true),
    play: vi.fn(),
    pause: vi.fn(),
    seek: vi.fn(),
    press: vi.fn(),
    reload: vi.fn(() => Promise.resolve()),
    destroy: vi.fn(),
  }
}

describe('usePlayerEngine', () => {
  let engines: Engine[]

  beforeEach(() => {
    engines = []
    vi.mocked(createEngine)
      .mockReset()
      .mockImplementation(() => {
        engines.push(anEngine())
        return Promise.resolve(engines.at(-1) as Engine)
      })
  })

  afterEach(() => document.body.replaceChildren())

  /** With a video that nobody has asked for yet. */
  async function waiting(first: Play | null = MP4) {
    const play = shallowRef<Play | null>(null)
    const root = shallowRef<HTMLElement | null>(document.createElement('div'))
    const frame = shallowRef<HTMLElement | null>(document.body.appendChild(document.createElement('div')))
    const events = { ended: vi.fn(), paused: vi.fn(), playing: vi.fn(), failed: vi.fn() }
    const hooks = { opening: vi.fn(), closing: vi.fn() }
    const { result } = await run(() => usePlayerEngine({ root, frame }, play, events, hooks))
    play.value = first
    await flushPromises()
    return { player: result, play, root, events, hooks }
  }

  async function opened() {
    const page = await waiting()
    await page.player.start()
    return page
  }

  const press = (key: string) => {
    const event = new KeyboardEvent('keydown', { key, cancelable: true })
    document.dispatchEvent(event)
    return event.defaultPrevented
  }

  /** The options that the newest engine was created with. */
  const newest = () => vi.mocked(createEngine).mock.calls.at(-1)

  it('has the position 0 without a video', async () => {
    const { player } = await waiting(null)

    await player.start()

    expect(createEngine).not.toHaveBeenCalled()
    expect(player.position()).toBe(0)
  })

  it('builds no player before the viewer asks for one, and downloads its parts meanwhile', async () => {
    vi.stubGlobal('requestIdleCallback', (act: () => void) => setTimeout(act))
    const { player, hooks } = await waiting({ ...MP4, position: 30 })

    await vi.waitFor(() => expect(downloadParts).toHaveBeenCalledOnce())
    expect(createEngine).not.toHaveBeenCalled()
    expect(hooks.opening).toHaveBeenCalledOnce()
    expect([player.waiting.value?.position, player.position()]).toEqual([30, 30])

    await Promise.all([player.start(), player.start()])
    expect(createEngine).toHaveBeenCalledOnce()
    expect(newest()?.[1].position).toBe(30)
    expect(newest()?.[2]).toMatchObject({ autoplay: true })
    expect(hooks.opening).toHaveBeenCalledOnce()
    expect([player.waiting.value, player.starting.value]).toEqual([null, null])
  })

  it('offers the video again where its player could not be downloaded', async () => {
    const { player } = await waiting()
    vi.mocked(downloadParts).mockRejectedValueOnce(new Error('no such chunk'))
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)

    await expect(player.start()).rejects.toThrow('no such chunk')
    expect([player.waiting.value, player.starting.value]).toEqual([MP4, null])

    await player.start()
    expect(createEngine).toHaveBeenCalledOnce()
  })

  it('replaces the player of another video, and plays on', async () => {
    const { play, hooks } = await opened()

    play.value = OTHER
    await flushPromises()

    expect(engines[0]?.destroy).toHaveBeenCalledOnce()
    expect(hooks.opening).toHaveBeenLastCalledWith(OTHER)
    expect(newest()?.[2]).toMatchObject({ autoplay: true })
  })

  it('plays at once for who has clicked in this document', async () => {
    vi.stubGlobal('navigator', { ...navigator, userActivation: { hasBeenActive: true } })
    await waiting()

    expect(newest()?.[2]).toMatchObject({ autoplay: true })
  })

  it('drops a player that was built for a video which is not wanted any more', async () => {
    let finish: (engine: Engine) => void = () => undefined
    vi.mocked(createEngine).mockImplementationOnce(() => new Promise((done) => (finish = done)))
    const { player, play } = await waiting()
    const late = anEngine()
    void player.start()
    await flushPromises()

    play.value = null
    await flushPromises()
    finish(late)
    await flushPromises()

    expect(late.destroy).toHaveBeenCalledOnce()
    expect(player.position()).toBe(0)
  })

  it('continues in the same player with a link of the same type', async () => {
    const { player } = await opened()

    await player.reload(OTHER)

    expect(engines).toHaveLength(1)
    expect(engines[0]?.reload).toHaveBeenCalledWith(OTHER)
  })

  it('builds a new player at the same second when the type has changed', async () => {
    const { player, play } = await opened()

    await player.reload(HLS)
    await flushPromises()

    expect(engines).toHaveLength(2)
    expect(play.value).toEqual({ ...HLS, position: 42 })
    expect(newest()?.[2]).toMatchObject({ autoplay: true })
  })

  it('builds a paused one for a video that was paused, and plays the next', async () => {
    const { player, play } = await opened()
    vi.mocked(engines[0] as Engine).isRunning.mockReturnValue(false)

    await player.reload(HLS)
    await flushPromises()
    expect(newest()?.[2]).toMatchObject({ autoplay: false })

    play.value = OTHER
    await flushPromises()
    expect(newest()?.[2]).toMatchObject({ autoplay: true })
  })

  it('plays from a second', async () => {
    const { player } = await opened()

    player.playFrom(30)

    expect(engines[0]?.seek).toHaveBeenCalledWith(30)
    expect(engines[0]?.play).toHaveBeenCalledOnce()
  })

  it('begins at a second that is asked for before there is a player', async () => {
    const { player } = await waiting({ ...MP4, position: 30 })

    player.playFrom(0)
    await flushPromises()

    expect(newest()?.[1].position).toBe(0)
    expect(newest()?.[2]).toMatchObject({ autoplay: true })
  })

  it.each([
    ['k', true, []],
    ['f', false, [['fullscreen']]],
  ])('builds the player for the key %s, which plays: %s', async (key, autoplay, presses) => {
    await waiting()

    expect(press(key)).toBe(true)
    await flushPromises()

    expect(newest()?.[2]).toMatchObject({ autoplay })
    expect(vi.mocked(engines[0]?.press as Engine['press']).mock.calls).toEqual(presses)
  })

  it('passes keys on, and only while there is a video', async () => {
    const { player } = await opened()

    expect(press('k')).toBe(true)
    expect(engines[0]?.press).toHaveBeenCalledWith('toggle')
    player.dispose()

    expect(press('k')).toBe(false)
    expect(engines[0]?.press).toHaveBeenCalledOnce()
  })
})
