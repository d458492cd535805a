import type Player from 'xgplayer'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { trackPosition, type PositionTracker } from './playbackPosition'

describe('trackPosition', () => {
  const events = { ended: vi.fn(), paused: vi.fn(), playing: vi.fn(), failed: vi.fn() }
  const listeners = new Map<string, () => void>()
  const player = {
    media: { playbackRate: 1, defaultPlaybackRate: 1, paused: true },
    currentTime: 0,
    play: vi.fn(),
    pause: vi.fn(),
    on: (event: string, listener: () => void) => void listeners.set(event, listener),
  }
  const fire = (event: string) => listeners.get(event)?.()
  let tracker: PositionTracker

  beforeEach(() => {
    vi.clearAllMocks()
    listeners.clear()
    player.currentTime = 0
    player.media.paused = true
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
    fire('play')
    fire('error')
    fire('pause')
    tracker.resumeAt(42)

    fire('loadedmetadata')
    fire('loadedmetadata')

    expect(player.currentTime).toBe(42)
    expect(player.play).toHaveBeenCalledOnce()
    expect(events.failed).toHaveBeenCalledOnce()
  })

  it('leaves a video paused that the viewer had paused', () => {
    fire('play')
    fire('pause')
    tracker.resumeAt(42)

    fire('loadedmetadata')

    expect(player.pause).toHaveBeenCalledOnce()
    expect(player.play).not.toHaveBeenCalled()
  })

  it('plays when the viewer pressed play while the new URL was loaded, before the event of it', () => {
    fire('error')
    tracker.resumeAt(42)
    player.media.paused = false

    fire('loadedmetadata')

    expect(player.play).toHaveBeenCalledOnce()
    expect(player.pause).not.toHaveBeenCalled()
  })

  it('plays on when the old URL could play once more before the new one was loaded', () => {
    fire('play')
    fire('error')
    tracker.resumeAt(42)
    fire('canplay')
    fire('pause')

    fire('loadedmetadata')

    expect(player.play).toHaveBeenCalledOnce()
    expect(player.pause).not.toHaveBeenCalled()
  })

  it('takes a pause for the viewer’s again once the video can play', () => {
    fire('play')
    fire('error')
    fire('canplay')
    fire('pause')
    tracker.resumeAt(42)

    fire('loadedmetadata')

    expect(player.play).not.toHaveBeenCalled()
  })

  it('keeps the playback rate for the next URL', () => {
    player.media.playbackRate = 1.5

    fire('ratechange')

    expect(player.media.defaultPlaybackRate).toBe(1.5)
  })
})
