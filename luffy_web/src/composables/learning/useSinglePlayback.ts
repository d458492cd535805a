import { useBroadcastChannel } from '@vueuse/core'
import { watch } from 'vue'

interface SinglePlayback {
  /** Announces that this page has started to play. */
  claim: () => void
}

/**
 * Lets only one page of the browser play at a time; several would also report different positions for
 * the same section. `stop` is called when another page starts to play.
 */
export function useSinglePlayback(stop: () => void): SinglePlayback {
  const { data, post } = useBroadcastChannel<string, string>({ name: 'luffy.player' })
  const pageId = Math.random().toString(36).slice(2)

  watch(data, (message) => {
    if (message && !message.startsWith(pageId)) stop()
  }, { flush: 'sync' })

  // The time makes each message different: watch() ignores an equal value.
  return { claim: () => post(`${pageId} ${performance.now()}`) }
}
