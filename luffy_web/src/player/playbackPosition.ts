import type Player from 'xgplayer'

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
  /** Call before the URL changes: the new one continues at this second, playing if the old one played. */
  resumeAt: (seconds: number) => void
}

/** Keeps position, playback rate and the playing state over an error and a change of the URL. */
export function trackPosition(
  player: Player,
  start: { position: number; running: boolean },
  events: PlayerEvents,
): PositionTracker {
  const video = player.media as HTMLVideoElement
  let { position, running } = start
  let failing = false
  let resume: (() => void) | undefined

  const move = (to: number) => {
    position = to
    events.moved?.(to)
  }
  player.on('timeupdate', () => {
    if (player.currentTime > 0) move(player.currentTime)
  })
  player.on('seeking', () => move(player.currentTime))
  // The media element resets playbackRate to defaultPlaybackRate when a new URL is loaded.
  player.on('ratechange', () => (video.defaultPlaybackRate = video.playbackRate))
  player.on('play', () => {
    running = true
    events.playing()
  })
  player.on('pause', () => {
    // An error pauses the media element too, which is not the viewer's wish.
    if (!failing) running = false
    events.paused()
  })
  player.on('ended', events.ended)
  player.on('error', () => {
    failing = true
    events.failed()
  })
  player.on('loadedmetadata', () => {
    resume?.()
    resume = undefined
  })
  player.on('canplay', () => {
    // On a slow machine that of the old URL comes after the new one was asked for, whose loading pauses.
    if (!resume) failing = false
  })

  return {
    position: () => position,
    resumeAt(seconds) {
      failing = true
      resume = () => {
        // Whoever has just pressed play wants it too; the event of that is still on its way.
        const wanted = running || !video.paused
        player.currentTime = seconds
        if (wanted) void player.play()
        else player.pause()
      }
    },
  }
}
