import { ref, type Ref } from 'vue'

import { claimPlaying } from '@/api/course'

export interface StreamLimit {
  /** The account plays on as many other devices as it may. */
  displaced: Ref<boolean>
  /** This device starts to play. */
  claim: () => void
  /** The server has refused this device. */
  giveWay: () => void
  /** Plays here, in place of the device that started first. */
  takeOver: () => void
}

/** An account plays on few devices at once: the one that started first is told, stops, and may start again. */
export function useStreamLimit(isCounted: () => boolean, engine: { play: () => void }, stop: () => void): StreamLimit {
  const displaced = ref(false)

  return {
    displaced,
    claim() {
      displaced.value = false
      // A server that cannot be reached counts nothing; the next report says whether this device may play.
      if (isCounted()) void claimPlaying().catch(() => undefined)
    },
    giveWay() {
      displaced.value = true
      stop()
    },
    takeOver() {
      displaced.value = false
      engine.play()
    },
  }
}
