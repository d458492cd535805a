import { useIntervalFn, usePreferredReducedMotion } from '@vueuse/core'
import { computed, ref, watch } from 'vue'

const SHOWN_FOR = 6000

/** Which of several slides is shown; moves on by itself unless paused or motion is not wanted. */
export function useRotation(count: () => number, held: () => boolean) {
  const current = ref(0)
  const stopped = ref(false)
  const motion = usePreferredReducedMotion()
  const moving = computed(
    () => count() > 1 && !held() && !stopped.value && motion.value !== 'reduce',
  )

  function go(index: number) {
    current.value = count() > 0 ? (index + count()) % count() : 0
  }
  const { pause, resume } = useIntervalFn(() => go(current.value + 1), SHOWN_FOR, {
    immediate: false,
  })
  watch([moving, current], () => (moving.value ? resume() : pause()), { immediate: true })
  watch(count, () => go(0))

  return { current, go, stopped }
}
