import { useEventListener } from '@vueuse/core'
import { watch, type Ref } from 'vue'

import { createEngine, type Engine } from '@/player/engine'
import { playerKey, type PlayerKey } from '@/player/keys'
import type { PlayerEvents } from '@/player/playbackPosition'
import type { Play } from '@/types'

import { useWaitingVideo, type StartOptions } from './useWaitingVideo'

export interface PlayerElements {
  /** Where the player is built. */
  root: Ref<HTMLElement | null>
  /** What fills the screen in full screen; it contains `root`. */
  frame: Ref<HTMLElement | null>
}

interface EngineHooks {
  /** Before a player is built for this video. */
  opening: (play: Play) => void
  /** Before the player is removed, also when there was none. */
  closing: () => void
}

interface PlayerEngine {
  /** The video whose player is not there yet: a picture stands in its place. */
  waiting: Ref<Play | null>
  /** The one of them whose player is on its way. */
  starting: Ref<Play | null>
  /** Seconds; 0 without a video. */
  position: () => number
  /** Plays; the player of a waiting video is built for it. */
  play: () => void
  pause: () => void
  /** Builds the player of the waiting video, which plays. */
  start: (options?: StartOptions) => Promise<void>
  /** Plays from a second. */
  playFrom: (second: number) => void
  /** Continues with a fresh link; a changed type (FLV became HLS) builds a new player at the same second, as paused as the old one. */
  reload: (fresh: Play) => Promise<void>
  dispose: () => void
}

/** Builds the player for `play` once it is asked for, replaces it when `play` changes, and passes keys on to it. */
export function usePlayerEngine(
  { root, frame }: PlayerElements,
  play: Ref<Play | null>,
  events: PlayerEvents,
  { opening, closing }: EngineHooks,
): PlayerEngine {
  let engine: Engine | null = null
  /** The next video takes the place of one that the viewer has paused. */
  let paused = false
  const { waiting, starting, start, ...video } = useWaitingVideo(build)
  const position = () => engine?.position() ?? waiting.value?.position ?? 0

  function dispose() {
    closing()
    engine?.destroy()
    engine = null
    video.withdraw()
  }

  async function open() {
    dispose()
    if (!play.value || !root.value || !frame.value) return
    opening(play.value)
    const wasPaused = paused
    paused = false
    await video.offer(play.value, wasPaused)
  }

  async function build(mine: Play, autoplay: boolean, isWanted: () => boolean) {
    if (!root.value || !frame.value) return
    const made = await createEngine(root.value, mine, { frame: frame.value, autoplay }, events)
    if (isWanted() && root.value) engine = made
    else made.destroy()
  }

  /** A key for a player that is not there yet builds it. */
  async function startByKey(key: PlayerKey) {
    await start({ autoplay: key === 'toggle' })
    if (key !== 'toggle') engine?.press(key)
  }

  async function reload(fresh: Play): Promise<void> {
    if (engine && fresh.type === play.value?.type) await engine.reload(fresh)
    else {
      paused = engine?.isRunning() === false
      play.value = { ...fresh, position: position() }
    }
  }

  watch([play, root, frame], open, { flush: 'post' })
  useEventListener(document, 'keydown', (event) => {
    const key = frame.value && (engine ?? waiting.value) && playerKey(event, frame.value)
    if (!key) return
    event.preventDefault()
    void (engine ? engine.press(key) : startByKey(key))
  })

  return {
    ...{ waiting, starting, position },
    play: () => void (engine ? engine.play() : start()),
    pause: () => engine?.pause(),
    playFrom(second) {
      engine?.seek(second)
      engine?.play()
      if (!engine) void start({ at: second })
    },
    ...{ start, reload, dispose },
  }
}
