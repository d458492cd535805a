import { ref, watch, type Ref } from 'vue'

import { inOwnTask } from './inOwnTask'

/** How many of `count()` parts of a page may be rendered: `step` at first, and `step` more in each further task. */
export function useTurns(count: () => number, step = 1): Ref<number> {
  const reached = ref(step)
  watch(
    [count, reached],
    () => {
      if (reached.value < count()) inOwnTask(() => (reached.value += step))
    },
    { immediate: true },
  )
  return reached
}
