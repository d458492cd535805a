import type Player from 'xgplayer'

import { trackWish } from './playbackWish'

export interface PlayerEvents {
  ended: () => void
  paused: () => void
  playing: () => void
  failed: () => void
  /** Whenever the picture goes on, several times a second; where it is, in seconds. */
  moved?: (second: number) => void
}

export interface PositionTracker {
  /** Seconds from the start of the video, also while the media element has lost its own position. */
  position: () => number
  /** Whether the viewer wants it to play, also while it cannot. */
  isRunning: () => boolean
  /** `second` is where the viewer wants to be, also while a new URL is loaded. */
  seek: (second: number) => void
  /** Call before the URL changes: the new one continues at this second, playing if the viewer wants it to. */
  resumeAt: (seconds: number) => void
}

/** Keeps position, playback rate and what the viewer wants, playing or paused, over an error and a change of the URL. */
export function trackPosition(
  player: Player,
  start: { position: number; running: boolean },
  events: PlayerEvents,
): PositionTracker {
  const video = player.media as HTMLVideoElement
  let { position } = start
  let failing = false
  let loading = false

  function move(to: number) {
    position = to
    events.moved?.(to)
  }
  // What the old URL still has to say while the new one is loaded is not where the viewer is.
  player.on('timeupdate', () => {
    if (!loading && player.currentTime > 0) move(player.currentTime)
  })
  player.on('seeking', () => {
    if (!loading) move(player.currentTime)
  })
  // The media element resets playbackRate to defaultPlaybackRate when a new URL is loaded.
  const keepRate = () => (video.defaultPlaybackRate = video.playbackRate)
  player.on('ratechange', keepRate)

  // An error pauses the media element too, which is not the viewer's wish.
  const wish = trackWish(player, start.running, () => failing)
  player.on('play', events.playing)
  player.on('pause', events.paused)
  player.on('ended', events.ended)
  player.on('error', () => {
    failing = true
    events.failed()
  })
  player.on('loadedmetadata', () => {
    // That of the old URL may still be on its way.
    if (!loading || video.readyState === 0) return
    loading = false
    if (position > 0) player.currentTime = position
    if (wish.isRunning()) void player.play()
    else player.pause()
  })
  player.on('canplay', () => {
    // On a slow machine that of the old URL comes after the new one was asked for, whose loading pauses.
    if (!loading) failing = false
  })

  return {
    // The event of a seek may still be on its way, and no longer comes once another URL is loaded.
    position: () => (!loading && video.seeking ? video.currentTime : position),
    isRunning: wish.isRunning,
    seek(second) {
      move(second)
      if (!loading) player.seek(second)
    },
    resumeAt(seconds) {
      position = seconds
      failing = loading = true
      wish.startNoMore()
      keepRate()
      // Underscored, and covered by a journey: else the first URL that loads begins where the very first was to begin.
      Object.assign(player, { __startTime: -1 })
    },
  }
}
