import type Player from 'xgplayer'

export interface PlaybackWish {
  /** Whether the viewer wants the video to play, also while it cannot. */
  isRunning: () => boolean
  /** By itself a video starts once, at most: what xgplayer was told would start every further URL, too. */
  startNoMore: () => void
}

/**
 * xgplayer pauses after a seek what was paused before it. The media element keeps its state by itself, and before
 * the seek it may have been paused by the loading of another URL, or have been started meanwhile.
 */
function keepStateOverSeeks(player: Player): () => boolean {
  let isSeeked = false
  player.on('seeked', () => {
    isSeeked = true
    queueMicrotask(() => (isSeeked = false))
  })
  return () => isSeeked
}

/** What the viewer wants, playing or paused; `isFailing` while the media element pauses by itself. */
export function trackWish(player: Player, start: boolean, isFailing: () => boolean): PlaybackWish {
  const video = player.media as HTMLVideoElement
  const isSeeked = keepStateOverSeeks(player)
  let running = start

  function startNoMore() {
    video.autoplay = false
    player.config.autoplay = false
  }
  // Whoever presses wants it from now on: the event comes later, or never while it is paused or playing already.
  player.useHooks('play', () => {
    if (!isSeeked()) running = true
    return !isSeeked()
  })
  player.useHooks('pause', () => {
    if (isSeeked()) return false
    running = false
    startNoMore()
    return true
  })
  // A browser has keys and windows of its own. An event that tells what has changed again since then is old.
  player.on('play', () => {
    if (!video.paused) running = true
  })
  player.on('pause', () => {
    if (!isFailing() && video.paused) running = false
  })

  return { isRunning: () => running, startNoMore }
}
