import { useEventListener } from '@vueuse/core'
import { watch, type Ref } from 'vue'

import { serverNow } from '@/api/serverTime'
import { refreshToken } from '@/api/user'
import type { SessionData } from '@/types'

/** Milliseconds. */
const SECOND = 1000
const RETRY_DELAY = 60 * SECOND
const MAX_TIMER_DELAY = 2 ** 31 - 1

/** Milliseconds until the refresh: three quarters of the remaining time, within what a timer can hold. */
export function refreshDelay(expiresAt: string, now = serverNow()): number {
  const left = Date.parse(expiresAt) - now
  return Math.min(Math.max(left * 0.75, SECOND), MAX_TIMER_DELAY)
}

/** Refreshes the token of the session before it expires. A failed refresh is repeated every minute. */
export function useTokenRefresh(session: Ref<SessionData | null>): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let due = Infinity

  function schedule(delay: number) {
    clearTimeout(timer)
    due = session.value ? Date.now() + delay : Infinity
    if (session.value) timer = setTimeout(() => void refresh(), delay)
  }

  async function refresh() {
    const old = session.value?.token
    try {
      const fresh = await refreshToken()
      if (session.value?.token === old) session.value = fresh
    } catch {
      schedule(RETRY_DELAY)
    }
  }

  /** Timers do not run while a computer sleeps; an overdue refresh is done when it wakes. */
  function catchUp() {
    if (document.visibilityState === 'visible' && Date.now() >= due) schedule(0)
  }
  useEventListener(document, 'visibilitychange', catchUp)
  useEventListener(window, 'online', catchUp)

  watch(
    () => session.value?.token,
    () => schedule(session.value ? refreshDelay(session.value.expires_at) : 0),
    { immediate: true, flush: 'sync' },
  )
}
