import { useDocumentVisibility } from '@vueuse/core'
import { onScopeDispose, watch } from 'vue'

/** Milliseconds; each pause is half as long again as the one before, up to the longest. */
export interface Pauses {
  first: number
  longest: number
}

interface Polling {
  /** Begins anew with the first pause; `atOnce`: with a question before it. */
  start: (atOnce?: boolean) => void
  stop: () => void
}

const GROWTH = 1.5

/**
 * Asks the server again and again until `ask` resolves to true, `stop` is called, or the component is gone.
 * A hidden page asks nothing; once it is visible again it asks at once. `waited` is the sum of the pauses.
 */
export function usePolling(
  ask: (signal: AbortSignal, waited: number) => Promise<boolean>,
  { first, longest }: Pauses,
): Polling {
  const visibility = useDocumentVisibility()
  let current: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let pause = first
  let waited = 0

  function stop() {
    clearTimeout(timer)
    current?.abort()
    current = null
  }

  function wait() {
    const length = pause
    pause = Math.min(length * GROWTH, longest)
    timer = setTimeout(() => {
      waited += length
      if (visibility.value !== 'hidden') void turn()
    }, length)
  }

  async function turn() {
    stop()
    const mine = (current = new AbortController())
    const isOver = await ask(mine.signal, waited)
    if (mine.signal.aborted) return
    if (isOver) return stop()
    wait()
  }

  function start(atOnce = false) {
    stop()
    pause = first
    waited = 0
    current = new AbortController()
    if (atOnce) void turn()
    else wait()
  }

  watch(visibility, (now) => {
    if (now === 'hidden' || !current) return
    pause = first
    void turn()
  })
  onScopeDispose(stop)

  return { start, stop }
}
