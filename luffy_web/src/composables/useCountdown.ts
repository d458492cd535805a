import { useIntervalFn } from '@vueuse/core'
import { computed, ref, watch } from 'vue'

/** Seconds left until a moment; `over` is told once when it has come. */
export function useCountdown(until: () => string | null, over: () => void = () => undefined) {
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
