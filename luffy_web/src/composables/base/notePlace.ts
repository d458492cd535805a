import { useDebounceFn, useEventListener } from '@vueuse/core'

/** Milliseconds without a scroll. Safari allows a hundred changes of the history in ten seconds. */
const REST = 200

/** What the router keeps of a page, and how long the page is. */
export interface Place {
  left: number
  top: number
  height?: number
}

/**
 * Notes in the history where the page stands, for a document that is loaded anew. The router does so when the document
 * is left, which Chromium does not keep.
 */
export function notePlace(): void {
  const note = useDebounceFn(() => {
    const height = document.documentElement.scrollHeight
    const scroll: Place = { left: window.scrollX, top: window.scrollY, height }
    history.replaceState({ ...history.state, scroll }, '')
  }, REST)
  useEventListener(window, 'scroll', () => void note(), { passive: true })
}
