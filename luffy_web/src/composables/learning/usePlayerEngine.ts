import { useEventListener } from '@vueuse/core'
import { watch, type Ref } from 'vue'

import { createEngine, type Engine } from '@/player/engine'
import { playerKey } from '@/player/keys'
import type { PlayerEvents } from '@/player/playbackPosition'
import type { Play } from '@/types'

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
  /** Seconds; 0 without a player. */
  position: () => number
  play: () => void
  pause: () => void
  /** Plays from a second. */
  playFrom: (second: number) => void
  /** Continues with a fresh link; a changed type (FLV became HLS) builds a new player at the same second. */
  reload: (fresh: Play) => Promise<void>
  dispose: () => void
}

/** Whoever has clicked in this document has asked for a video, which the browser then lets play with its sound. */
const cameByClick = () => (navigator as Partial<Navigator>).userActivation?.hasBeenActive ?? false

/** Builds the player for `play`, replaces it when `play` changes, and passes keys on to it. */
export function usePlayerEngine(
  { root, frame }: PlayerElements,
  play: Ref<Play | null>,
  events: PlayerEvents,
  { opening, closing }: EngineHooks,
): PlayerEngine {
  let engine: Engine | null = null
  let hasPlayed = false

  const position = () => engine?.position() ?? 0
  const playing = () => {
    hasPlayed = true
    events.playing()
  }

  function dispose() {
    closing()
    engine?.destroy()
    engine = null
  }

  async function build() {
    dispose()
    const mine = play.value
    if (!mine || !root.value || !frame.value) return
    opening(mine)
    const options = { frame: frame.value, autoplay: hasPlayed || cameByClick() }
    const made = await createEngine(root.value, mine, options, { ...events, playing })
    // Another section was opened, or the page left, while the player was downloaded.
    if (play.value === mine && root.value) engine = made
    else made.destroy()
  }

  async function reload(fresh: Play): Promise<void> {
    if (engine && fresh.type === play.value?.type) await engine.reload(fresh)
    else play.value = { ...fresh, position: position() }
  }

  watch([play, root, frame], build, { flush: 'post' })
  useEventListener(document, 'keydown', (event) => {
    const key = frame.value && engine && playerKey(event, frame.value)
    if (!key) return
    event.preventDefault()
    engine?.press(key)
  })

  return {
    position,
    play: () => engine?.play(),
    pause: () => engine?.pause(),
    playFrom(second) {
      engine?.seek(second)
      engine?.play()
    },
    reload,
    dispose,
  }
}
