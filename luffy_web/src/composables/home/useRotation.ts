import { useIntervalFn, usePreferredReducedMotion } from '@vueuse/core'
import { computed, ref, watch, type Ref } from 'vue'

/** Milliseconds. */
const DISPLAY_TIME = 6000

interface Rotation {
  /** Index of the slide that is shown. */
  current: Ref<number>
  /** Shows this slide; indexes wrap around. */
  go: (index: number) => void
  stopped: Ref<boolean>
}

/** Rotates through `count` slides while neither paused nor stopped, and never with reduced motion. */
export function useRotation(count: () => number, paused: () => boolean): Rotation {
  const current = ref(0)
  const stopped = ref(false)
  const motion = usePreferredReducedMotion()
  const moving = computed(
    () => count() > 1 && !paused() && !stopped.value && motion.value !== 'reduce',
  )

  function go(index: number) {
    current.value = count() > 0 ? (index + count()) % count() : 0
  }
  const { pause, resume } = useIntervalFn(() => go(current.value + 1), DISPLAY_TIME, {
    immediate: false,
  })
  watch([moving, current], () => (moving.value ? resume() : pause()), { immediate: true })
  watch(count, () => go(0))

  return { current, go, stopped }
}
