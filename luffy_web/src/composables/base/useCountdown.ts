import { useIntervalFn } from '@vueuse/core'
import { computed, ref, watch, type ComputedRef } from 'vue'

/** Seconds left until an ISO time, 0 without one; `over` is called once when it has passed. */
export function useCountdown(
  until: () => string | null,
  over: () => void = () => undefined,
): { left: ComputedRef<number> } {
  const now = ref(Date.now())
  const left = computed(() => {
    const moment = until()
    return moment ? Math.max(0, Math.ceil((Date.parse(moment) - now.value) / 1000)) : 0
  })
  const { pause, resume } = useIntervalFn(() => (now.value = Date.now()), 1000, { immediate: false })

  watch(
    until,
    () => {
      now.value = Date.now()
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
