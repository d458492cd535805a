import { useBroadcastChannel } from '@vueuse/core'
import { watch } from 'vue'

/**
 * Only one page of a browser plays at a time: two of them would talk over each other and write two
 * different places. `stop` is called when another page begins.
 */
export function useSolePlayer(stop: () => void) {
  const { data, post } = useBroadcastChannel<string, string>({ name: 'luffy.player' })
  const me = Math.random().toString(36).slice(2)

  watch(data, (other) => {
    if (other && !other.startsWith(me)) stop()
  }, { flush: 'sync' })

  // The time makes each message a new one, so that a page which begins again is heard again.
  return { claim: () => post(`${me} ${performance.now()}`) }
}
