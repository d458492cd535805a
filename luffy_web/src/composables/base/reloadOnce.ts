import { storageOf } from '@/stores/storage'

/** What could not be downloaded: a page, or a part that a page shows later. */
type Missing = 'page' | 'part'

const storage = storageOf('sessionStorage')

/** Set while reloading, so that it happens once. */
const keyOf = (missing: Missing) => (missing === 'page' ? 'luffy-reloaded' : 'luffy-reloaded-part')

/**
 * Loads the document anew at this address: after a deployment the chunks of the old build are gone, and
 * the document names the new ones. False where that has not helped, or cannot.
 */
export function reloadOnce(missing: Missing, address: string): boolean {
  if (!navigator.onLine || storage.getItem(keyOf(missing))) return false
  storage.setItem(keyOf(missing), address)
  window.location.assign(address)
  return true
}

/** What was missing is there: the next time the document may be loaded anew again. */
export function hasArrived(missing: Missing): void {
  storage.removeItem(keyOf(missing))
}
