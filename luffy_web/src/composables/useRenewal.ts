import { useEventListener } from '@vueuse/core'
import { ref } from 'vue'

import { ApiError } from '@/api/errors'
import type { Play } from '@/types'

const FIRST_PAUSE = 2000
const LONGEST_PAUSE = 30_000
/** Fresh links that did not bring the picture a second further. */
const VAIN_TRIES = 2
const NOWHERE = -Infinity

interface RenewalOptions {
  fetch: (signal: AbortSignal) => Promise<Play>
  reload: (fresh: Play) => Promise<void>
  /** Seconds that the picture has come to. */
  position: () => number
  /** The viewer may no longer watch this. */
  refused: (fault: ApiError) => void
}

const willPass = ({ status }: ApiError) => status === 0 || status === 429 || status >= 500

/**
 * A picture that stops gets a fresh link and goes on: a link lives about as long as the film, and lines
 * break. While the school is out of reach it is asked again, ever more seldom.
 */
export function useRenewal({ fetch, reload, position, refused }: RenewalOptions) {
  const trouble = ref<'offline' | 'broken' | null>(null)
  let current: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let pause = FIRST_PAUSE
  let failedAt = NOWHERE
  let vain = 0

  function stop() {
    clearTimeout(timer)
    current?.abort()
    current = null
    trouble.value = null
    pause = FIRST_PAUSE
    failedAt = NOWHERE
    vain = 0
  }

  function isVain(): boolean {
    vain = Math.abs(position() - failedAt) <= 1 ? vain + 1 : 0
    failedAt = position()
    return vain >= VAIN_TRIES
  }

  function wait(fault: unknown) {
    if (!(fault instanceof ApiError)) throw fault
    if (!willPass(fault)) return refused(fault)
    trouble.value = 'offline'
    timer = setTimeout(() => void ask(), (fault.retryAfter ?? 0) * 1000 || pause)
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }

  async function ask(): Promise<void> {
    clearTimeout(timer)
    current?.abort()
    const mine = (current = new AbortController())
    try {
      const fresh = await fetch(mine.signal)
      if (mine.signal.aborted) return
      trouble.value = null
      pause = FIRST_PAUSE
      await reload(fresh)
    } catch (fault) {
      if (!mine.signal.aborted) wait(fault)
    }
  }

  /** Called for every fault of the picture, and by the viewer who does not want to wait. */
  async function renew(byViewer = false): Promise<void> {
    if (byViewer) vain = 0
    else if (trouble.value === 'offline') return
    else if (isVain()) {
      trouble.value = 'broken'
      return
    }
    await ask()
  }

  useEventListener(window, 'online', () => {
    if (trouble.value === 'offline') void ask()
  })

  return { trouble, renew, stop }
}
