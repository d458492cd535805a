import { useEventListener, useIntervalFn } from '@vueuse/core'

import { ApiError, ErrorCode } from '@/api/errors'
import { saveProgress } from '@/api/course'

/** Milliseconds. */
const SAVE_INTERVAL = 10_000

interface ProgressEvents {
  /** The server counts the section as done. */
  done?: (() => void) | undefined
  /** The account plays on other devices, so that nothing is stored from this one. */
  displaced?: () => void
}

export interface Progress {
  /** Starts with a section at this second; nothing is sent until the position changes. */
  begin: (section: number, position: number) => void
  save: () => void
  /** Treats the current position as saved, because another page reports from now on. */
  skip: () => void
}

/**
 * Sends the position of a section every ten seconds and whenever the page is left or hidden. A failed
 * request is not shown to the viewer; the position is sent again with the next change.
 */
export function useProgress(
  position: () => number,
  isStored: () => boolean,
  events: ProgressEvents = {},
): Progress {
  let section = 0
  let saved = 0

  function save() {
    const now = position()
    if (!isStored() || now === 0 || now === saved) return
    const before = saved
    saved = now
    saveProgress(section, now).then(
      (watched) => {
        if (watched?.done) events.done?.()
      },
      (error: unknown) => {
        if (saved === now) saved = before
        if (error instanceof ApiError && error.code === (ErrorCode.PlayingElsewhere as number)) events.displaced?.()
      },
    )
  }

  function begin(opened: number, at: number) {
    section = opened
    saved = at
  }

  useIntervalFn(save, SAVE_INTERVAL)
  useEventListener(window, 'pagehide', save)
  useEventListener(document, 'visibilitychange', () => {
    if (document.visibilityState === 'hidden') save()
  })

  const skip = () => (saved = position())
  return { begin, save, skip }
}
