/** Milliseconds after which a browser that is never idle, or does not say so (Safari), is taken for idle. */
const PATIENCE = 3000

/**
 * Calls `act` when the page with its pictures has come and the browser has nothing else to do; after `patience`
 * milliseconds it does not wait any longer for the latter.
 */
export function whenIdle(act: () => void, patience = PATIENCE): void {
  const wait = () => {
    if ('requestIdleCallback' in window) requestIdleCallback(act, { timeout: patience })
    else setTimeout(act, patience)
  }
  if (document.readyState === 'complete') wait()
  else window.addEventListener('load', wait, { once: true })
}
