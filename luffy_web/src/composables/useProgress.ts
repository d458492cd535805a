import { useEventListener, useIntervalFn } from '@vueuse/core'

import { saveProgress } from '@/api/course'

const SAVE_EVERY = 10_000

/**
 * Remembers how far a section came, every ten seconds and whenever the page is left or hidden.
 * What cannot be saved now is saved with the next second that can; the viewer is not disturbed.
 */
export function useProgress(position: () => number, keeps: () => boolean) {
  let section = 0
  let saved = 0

  function save() {
    const now = position()
    if (!keeps() || now === 0 || now === saved) return
    const before = saved
    saved = now
    saveProgress(section, now).catch(() => {
      if (saved === now) saved = before
    })
  }

  /** A section is opened at this second; nothing is written until it moves on. */
  function begin(opened: number, at: number) {
    section = opened
    saved = at
  }

  useIntervalFn(save, SAVE_EVERY)
  useEventListener(window, 'pagehide', save)
  useEventListener(document, 'visibilitychange', () => {
    if (document.visibilityState === 'hidden') save()
  })

  /** Leaves the place to whoever writes it from now on. */
  const yieldTo = () => (saved = position())
  return { begin, save, yieldTo }
}
