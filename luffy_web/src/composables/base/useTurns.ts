import { ref, watch, type Ref } from 'vue'

import { inOwnTask } from './inOwnTask'
import { isRevisit } from './revisit'

/**
 * How many of `count()` parts of a page may be rendered: `step` at first, and `step` more in each further task. All at
 * once for who comes back: the page is shown where it stood, which may be far below.
 */
export function useTurns(count: () => number, step = 1): Ref<number> {
  const reached = ref(isRevisit() ? Infinity : step)
  watch(
    [count, reached],
    () => {
      if (reached.value < count()) inOwnTask(() => (reached.value += step))
    },
    { immediate: true },
  )
  return reached
}
