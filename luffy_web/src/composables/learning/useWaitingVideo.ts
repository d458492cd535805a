import { shallowRef, type Ref } from 'vue'

import { arrived } from '@/composables/base/lazyComponent'
import { whenIdle } from '@/composables/base/whenIdle'
import { downloadParts } from '@/player/engine'
import type { Play } from '@/types'

export interface StartOptions {
  autoplay?: boolean
  /** Where to begin, in seconds, instead of where it was left. */
  at?: number
}

/** `isWanted`: no other section was opened, nor the page left, while the player was downloaded. */
export type BuildPlayer = (play: Play, autoplay: boolean, isWanted: () => boolean) => Promise<void>

interface WaitingVideo {
  /** The video whose player is not there yet: a picture stands in its place. */
  waiting: Ref<Play | null>
  /** The one of them whose player is on its way. */
  starting: Ref<Play | null>
  /** Starts it at once for who has asked for a video in this document; it is `paused` if it takes the place of one. */
  offer: (play: Play, paused?: boolean) => Promise<void>
  withdraw: () => void
  start: (options?: StartOptions) => Promise<void>
}

/** Whoever has clicked in this document has asked for a video, which the browser then lets play with its sound. */
const cameByClick = () => (navigator as Partial<Navigator>).userActivation?.hasBeenActive ?? false

/** For a player that nobody waits for yet. */
async function downloadQuietly(play: Play) {
  try {
    await downloadParts(play)
  } catch {
    // Whoever asks for the video is told.
  }
}

/**
 * A video whose player is built when it is asked for: to build one keeps a slow phone busy. Its parts are downloaded
 * when all else has come.
 */
export function useWaitingVideo(build: BuildPlayer): WaitingVideo {
  const [waiting, starting] = [shallowRef<Play | null>(null), shallowRef<Play | null>(null)]
  /** The next video plays at once. */
  let asked = false

  async function offer(play: Play, paused = false) {
    waiting.value = play
    if (paused) return start({ autoplay: false })
    if (asked || cameByClick()) return start()
    whenIdle(() => {
      if (waiting.value === play) void downloadQuietly(play)
    })
  }

  async function start({ autoplay = true, at }: StartOptions = {}) {
    const mine = waiting.value
    if (!mine || starting.value === mine) return
    const isWanted = () => waiting.value === mine
    starting.value = mine
    asked ||= autoplay
    try {
      await arrived(() => downloadParts(mine))
      if (isWanted()) await build({ ...mine, position: at ?? mine.position }, autoplay, isWanted)
      if (isWanted()) waiting.value = null
    } finally {
      if (starting.value === mine) starting.value = null
    }
  }

  return { waiting, starting, offer, start, withdraw: () => (waiting.value = null) }
}
