import type Player from 'xgplayer'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { trackPosition, type PositionTracker } from './playbackPosition'

describe('trackPosition', () => {
  const events = { ended: vi.fn(), paused: vi.fn(), playing: vi.fn(), failed: vi.fn() }
  const listeners = new Map<string, (() => void)[]>()
  const hooks = new Map<string, () => boolean>()
  const player = {
    media: { playbackRate: 1, defaultPlaybackRate: 1, paused: true, autoplay: true, readyState: 1, seeking: false, currentTime: 0 },
    config: { autoplay: true },
    currentTime: 0,
    play: vi.fn(),
    pause: vi.fn(),
    seek: vi.fn(),
    on: (event: string, listener: () => void) => void listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    useHooks: (name: string, hook: () => boolean) => void hooks.set(name, hook),
  }
  const fire = (event: string) => listeners.get(event)?.forEach((listener) => listener())
  /** The viewer presses a button or a key; whether xgplayer goes on with it. The event of it comes later. */
  const press = (name: 'play' | 'pause') => {
    const goesOn = hooks.get(name)?.()
    if (goesOn) player.media.paused = name === 'pause'
    return goesOn
  }
  let tracker: PositionTracker

  /** The media element loads another URL, which pauses it. */
  function reloadAt(second: number) {
    tracker.resumeAt(second)
    Object.assign(player.media, { paused: true, readyState: 0 })
  }
  function load() {
    player.media.readyState = 1
    fire('loadedmetadata')
  }

  beforeEach(() => {
    vi.clearAllMocks()
    listeners.clear()
    player.currentTime = 0
    Object.assign(player.media, { paused: true, autoplay: true, readyState: 1, seeking: false, currentTime: 0, playbackRate: 1, defaultPlaybackRate: 1 })
    player.config.autoplay = true
    tracker = trackPosition(player as unknown as Player, { position: 30, running: false }, events)
  })

  it('knows the position before the video has loaded, and while it is reset to 0', () => {
    fire('timeupdate')
    expect(tracker.position()).toBe(30)

    player.currentTime = 42
    fire('timeupdate')
    player.currentTime = 0
    fire('timeupdate')

    expect(tracker.position()).toBe(42)
  })

  it('takes a seek to the very start for what it is', () => {
    fire('seeking')

    expect(tracker.position()).toBe(0)
  })

  it('continues a playing video at the position after its URL has changed, once', () => {
    press('play')
    fire('play')
    fire('error')
    fire('pause')
    reloadAt(42)

    load()
    fire('loadedmetadata')

    expect(player.currentTime).toBe(42)
    expect(player.play).toHaveBeenCalledOnce()
    expect(events.failed).toHaveBeenCalledOnce()
  })

  it('plays on when the old URL could play once more before the new one was loaded', () => {
    press('play')
    fire('play')
    fire('error')
    reloadAt(42)
    fire('canplay')
    fire('pause')

    load()

    expect(player.play).toHaveBeenCalledOnce()
    expect(player.pause).not.toHaveBeenCalled()
  })

  it('has no second start by itself, which would be taken for that of the viewer', () => {
    press('play')
    fire('play')
    reloadAt(42)

    expect([player.media.autoplay, player.config.autoplay]).toEqual([false, false])
  })

  it('does not start by itself once it was paused', () => {
    press('pause')

    expect([player.media.autoplay, player.config.autoplay]).toEqual([false, false])
  })

  // The event of a press may come after any of these, or never: loading another URL removes it.
  const ORDERS: Record<string, (press: () => void, event: () => void) => void> = {
    'before the error': (press, event) => (press(), event(), fire('error'), reloadAt(42)),
    'as it fails': (press, event) => (press(), fire('error'), event(), reloadAt(42)),
    'after the error': (press, event) => (fire('error'), press(), event(), reloadAt(42)),
    'as the new link comes': (press) => (fire('error'), press(), reloadAt(42)),
    'while the new link is loaded': (press, event) => (fire('error'), reloadAt(42), press(), event()),
    'while it is loaded, told later': (press) => (fire('error'), reloadAt(42), press()),
    'before the renewed link can play': (press, event) => (fire('error'), reloadAt(9), load(), press(), event(), fire('error'), reloadAt(42)),
    'once it can play again': (press, event) => (fire('error'), reloadAt(9), load(), fire('canplay'), press(), event(), reloadAt(42)),
    'and the new link fails, too': (press, event) => (fire('error'), reloadAt(9), press(), event(), fire('error'), reloadAt(42)),
  }

  it.each(Object.keys(ORDERS))('keeps what was pressed %s', (order) => {
    for (const wanted of ['pause', 'play'] as const) {
      const other = wanted === 'play' ? 'pause' : 'play'
      press(other)
      fire(other)
      ORDERS[order]?.(() => press(wanted), () => fire(wanted))
      vi.clearAllMocks()

      load()

      expect([player.play.mock.calls.length, player.pause.mock.calls.length]).toEqual(wanted === 'play' ? [1, 0] : [0, 1])
      expect([tracker.isRunning(), player.currentTime]).toEqual([wanted === 'play', 42])
      fire('canplay')
    }
  })

  it('takes the last of several presses, whose events come late', () => {
    press('play')
    press('pause')
    fire('play')
    expect(tracker.isRunning()).toBe(false)

    press('play')
    fire('pause')
    expect(tracker.isRunning()).toBe(true)
  })

  it('knows what was pressed outside of the page, except while it fails', () => {
    press('play')
    fire('play')
    player.media.paused = true
    fire('error')
    fire('pause')
    expect(tracker.isRunning()).toBe(true)

    fire('canplay')
    fire('pause')
    expect(tracker.isRunning()).toBe(false)

    player.media.paused = false
    fire('play')
    expect(tracker.isRunning()).toBe(true)
  })

  it('does not let a seek pause or start what was pressed meanwhile', async () => {
    press('play')
    fire('seeked')
    expect(press('pause')).toBe(false)
    expect(tracker.isRunning()).toBe(true)
    await Promise.resolve()
    expect(press('pause')).toBe(true)

    fire('seeked')
    expect(press('play')).toBe(false)
    expect(tracker.isRunning()).toBe(false)
  })

  it('continues where the viewer goes while the new URL is loaded', () => {
    fire('error')
    tracker.seek(60)
    expect(player.seek).toHaveBeenCalledExactlyOnceWith(60)

    reloadAt(tracker.position())
    tracker.seek(70)
    expect(tracker.position()).toBe(70)
    load()

    expect(player.seek).toHaveBeenCalledOnce()
    expect(player.currentTime).toBe(70)
  })

  it('is where the viewer has moved the bar, before the event of that', () => {
    Object.assign(player.media, { seeking: true, currentTime: 12 })

    expect(tracker.position()).toBe(12)
  })

  it('does not listen to the old URL while the new one is loaded', () => {
    reloadAt(42)
    fire('seeking')
    fire('loadedmetadata')
    player.currentTime = 3
    fire('timeupdate')
    expect(tracker.position()).toBe(42)

    load()
    expect(player.currentTime).toBe(42)
  })

  it('keeps the playback rate for the next URL', () => {
    player.media.playbackRate = 1.5

    fire('ratechange')

    expect(player.media.defaultPlaybackRate).toBe(1.5)
  })

  it('keeps the playback rate that was chosen just before the URL changes', () => {
    player.media.playbackRate = 2

    tracker.resumeAt(42)

    expect(player.media.defaultPlaybackRate).toBe(2)
  })
})
