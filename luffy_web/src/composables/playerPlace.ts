import type Player from 'xgplayer'

export interface PlayerEvents {
  ended: () => void
  paused: () => void
  playing: () => void
  failed: () => void
}

/**
 * Where a video is, how fast it goes and whether it runs: also through a fault and a new address,
 * after which the video itself has forgotten.
 */
export function keepPlace(player: Player, start: { position: number; running: boolean }, events: PlayerEvents) {
  const video = player.media as HTMLVideoElement
  let { position, running } = start
  let failing = false
  let goesOn: (() => void) | undefined

  player.on('timeupdate', () => {
    if (player.currentTime > 0) position = player.currentTime
  })
  player.on('seeking', () => (position = player.currentTime))
  // A new address would otherwise begin at the usual speed.
  player.on('ratechange', () => (video.defaultPlaybackRate = video.playbackRate))
  player.on('play', () => {
    running = true
    events.playing()
  })
  player.on('pause', () => {
    // A fault stops the picture too, but it is not the viewer who did.
    if (!failing) running = false
    events.paused()
  })
  player.on('ended', events.ended)
  player.on('error', () => {
    failing = true
    events.failed()
  })
  player.on('loadedmetadata', () => {
    goesOn?.()
    goesOn = undefined
  })
  player.on('canplay', () => (failing = false))

  return {
    position: () => position,
    /** Called before a new address: it will begin at this second, running if the old one ran. */
    keep(at: number) {
      failing = true
      goesOn = () => {
        player.currentTime = at
        if (running) void player.play()
        else player.pause()
      }
    },
  }
}
