import { useEventListener } from '@vueuse/core'

/** Milliseconds. Who only looks at another window for a moment has changed nothing there. */
const AWAY = 2000

/** Calls `act` when the visitor comes back to this page: another tab may have changed what it shows. */
export function useReturn(act: () => unknown): void {
  let left = Infinity
  useEventListener(document, 'visibilitychange', () => {
    const now = Date.now()
    if (document.visibilityState === 'hidden') left = now
    else if (now - left >= AWAY) act()
  })
}
