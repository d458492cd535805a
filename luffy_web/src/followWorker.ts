/**
 * Has the browser use the service worker that the document names. Where the school wants none, the one that
 * the browser still has is asked to look for its successor, which takes everything away.
 */
export async function followWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const script = document.querySelector<HTMLMetaElement>('meta[name="service-worker"]')?.content
  try {
    if (script) await navigator.serviceWorker.register(script, { updateViaCache: 'none' })
    else await (await navigator.serviceWorker.getRegistration())?.update()
  } catch {
    // Forbidden in this browser, or the network is away: the page works without.
  }
}
