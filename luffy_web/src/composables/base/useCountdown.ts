import { useIntervalFn } from '@vueuse/core'
import { computed, ref, watch, type ComputedRef } from 'vue'

import { serverNow } from '@/api/serverTime'

/** The ISO time after so many seconds, as `useCountdown` wants it. */
export const afterSeconds = (seconds: number): string => new Date(serverNow() + seconds * 1000).toISOString()

/** Seconds left until an ISO time of the server, 0 without one; `over` is called once when it has passed. */
export function useCountdown(
  until: () => string | null,
  over: () => void = () => undefined,
): { left: ComputedRef<number> } {
  const now = ref(serverNow())
  const left = computed(() => {
    const moment = until()
    return moment ? Math.max(0, Math.ceil((Date.parse(moment) - now.value) / 1000)) : 0
  })
  const { pause, resume } = useIntervalFn(() => (now.value = serverNow()), 1000, { immediate: false })

  watch(
    until,
    () => {
      now.value = serverNow()
      if (left.value > 0) resume()
    },
    { immediate: true },
  )
  watch(left, (seconds) => {
    if (seconds > 0) return
    pause()
    over()
  })

  return { left }
}
