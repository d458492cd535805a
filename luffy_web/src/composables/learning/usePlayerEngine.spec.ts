import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { shallowRef } from 'vue'

import { createEngine, type Engine } from '@/player/engine'
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

  async function opened(first: Play | null = MP4) {
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

  /** The options that the newest engine was created with. */
  const newest = () => vi.mocked(createEngine).mock.calls.at(-1)

  it('has the position 0 without a video', async () => {
    const { player } = await opened(null)

    expect(createEngine).not.toHaveBeenCalled()
    expect(player.position()).toBe(0)
  })

  it('replaces the player of another video, and plays on', async () => {
    const { play, hooks } = await opened()
    expect(newest()?.[2]).toMatchObject({ autoplay: false })

    newest()?.[3].playing()
    play.value = OTHER
    await flushPromises()

    expect(engines[0]?.destroy).toHaveBeenCalledOnce()
    expect(hooks.opening).toHaveBeenLastCalledWith(OTHER)
    expect(newest()?.[2]).toMatchObject({ autoplay: true })
  })

  it('plays at once for who has clicked in this document', async () => {
    vi.stubGlobal('navigator', { ...navigator, userActivation: { hasBeenActive: true } })
    await opened()

    expect(newest()?.[2]).toMatchObject({ autoplay: true })
  })

  it('drops a player that was built for a video which is not wanted any more', async () => {
    let finish: (engine: Engine) => void = () => undefined
    vi.mocked(createEngine).mockImplementationOnce(() => new Promise((done) => (finish = done)))
    const { player, play } = await opened()
    const late = anEngine()

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
  })

  it('plays from a second', async () => {
    const { player } = await opened()

    player.playFrom(30)

    expect(engines[0]?.seek).toHaveBeenCalledWith(30)
    expect(engines[0]?.play).toHaveBeenCalledOnce()
  })

  it('passes keys on, and only while there is a player', async () => {
    const { player } = await opened()
    const press = () => {
      const event = new KeyboardEvent('keydown', { key: 'k', cancelable: true })
      document.dispatchEvent(event)
      return event.defaultPrevented
    }

    expect(press()).toBe(true)
    expect(engines[0]?.press).toHaveBeenCalledWith('toggle')
    player.dispose()

    expect(press()).toBe(false)
    expect(engines[0]?.press).toHaveBeenCalledOnce()
  })
})
