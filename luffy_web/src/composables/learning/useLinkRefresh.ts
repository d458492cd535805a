import { useEventListener } from '@vueuse/core'
import { ref, type Ref } from 'vue'

import { ApiError } from '@/api/errors'
import type { Play } from '@/types'

/** Milliseconds. */
const FIRST_DELAY = 2000
const MAX_DELAY = 30_000
/** Fresh links in a row that did not move the position before playback counts as broken. */
const MAX_FRUITLESS = 2
const NO_POSITION = -Infinity

interface LinkRefreshOptions {
  fetch: (signal: AbortSignal) => Promise<Play>
  reload: (fresh: Play) => Promise<void>
  /** Current position in seconds. */
  position: () => number
  /** Called when the server refuses the link, for example because the entitlement has ended. */
  refused: (error: ApiError) => void
}

interface LinkRefresh {
  trouble: Ref<'offline' | 'broken' | null>
  /** Called for every playback error, and with `true` when the viewer presses the retry button. */
  refresh: (byViewer?: boolean) => Promise<void>
  stop: () => void
}

const isTemporary = ({ status }: ApiError) => status === 0 || status === 429 || status >= 500

/** Counts how often in a row playback failed at the same position. */
function createFailureCounter(position: () => number) {
  let failedAt = NO_POSITION
  let count = 0

  return {
    isHopeless(): boolean {
      count = Math.abs(position() - failedAt) <= 1 ? count + 1 : 0
      failedAt = position()
      return count >= MAX_FRUITLESS
    },
    forgive: () => (count = 0),
    reset() {
      failedAt = NO_POSITION
      count = 0
    },
  }
}

/**
 * Fetches a fresh link after a playback error and continues: signed links expire after about the length
 * of the video, and connections drop. While the server cannot be reached it is asked again with
 * exponential backoff.
 */
export function useLinkRefresh({ fetch, reload, position, refused }: LinkRefreshOptions): LinkRefresh {
  const trouble = ref<'offline' | 'broken' | null>(null)
  const failures = createFailureCounter(position)
  let current: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let delay = FIRST_DELAY

  function stop() {
    clearTimeout(timer)
    current?.abort()
    current = null
    trouble.value = null
    delay = FIRST_DELAY
    failures.reset()
  }

  function retryLater(cause: unknown) {
    if (!(cause instanceof ApiError)) throw cause
    if (!isTemporary(cause)) return refused(cause)
    trouble.value = 'offline'
    timer = setTimeout(() => void fetchLink(), (cause.retryAfter ?? 0) * 1000 || delay)
    delay = Math.min(delay * 2, MAX_DELAY)
  }

  async function fetchLink(): Promise<void> {
    clearTimeout(timer)
    current?.abort()
    const mine = (current = new AbortController())
    try {
      const fresh = await fetch(mine.signal)
      if (mine.signal.aborted) return
      trouble.value = null
      delay = FIRST_DELAY
      await reload(fresh)
    } catch (cause) {
      if (!mine.signal.aborted) retryLater(cause)
    }
  }

  async function refresh(byViewer = false): Promise<void> {
    if (byViewer) failures.forgive()
    else if (trouble.value === 'offline') return
    else if (failures.isHopeless()) {
      trouble.value = 'broken'
      return
    }
    await fetchLink()
  }

  useEventListener(window, 'online', () => {
    if (trouble.value === 'offline') void fetchLink()
  })

  return { trouble, refresh, stop }
}
