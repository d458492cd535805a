import { useIntervalFn, useParentElement, useResizeObserver } from '@vueuse/core'
import { ref, type Ref } from 'vue'

import { watermarkPlace } from '@/player/watermarkPlace'

/** Milliseconds. */
const MOVE_INTERVAL = 15_000

/** Where the watermark stands in the element around it, in pixels; it moves, and with the size of the picture. */
export function useWatermark(mark: Ref<HTMLElement | null>): Ref<{ top: number; left: number }> {
  const frame = useParentElement(mark)
  const place = ref({ top: 0, left: 0 })

  function move() {
    if (!mark.value || !frame.value) return
    const { offsetWidth, offsetHeight } = mark.value
    const { clientWidth, clientHeight } = frame.value
    const size = { width: clientWidth, height: clientHeight }
    place.value = watermarkPlace(size, { width: offsetWidth, height: offsetHeight })
  }
  useIntervalFn(move, MOVE_INTERVAL)
  // In full screen the middle is elsewhere.
  useResizeObserver(frame, move)
  return place
}
