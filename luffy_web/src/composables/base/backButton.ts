import { onScopeDispose, watch } from 'vue'

/** Milliseconds that a browser may take for a step in its history. */
const TIMEOUT = 500

interface OpenDialog {
  close: () => void
}

/** The topmost one last. */
const opened: OpenDialog[] = []
/** Where the router is; null in pages without one, which keep their history as it is. */
let whereRouterIs: (() => string) | null = null
let stepping: Promise<void> | null = null
let arrive: () => void = () => undefined

/** Each open dialog has an entry in the history, at the address of its page, whose state counts the dialogs. */
const entries = (): number => Number((history.state as { dialogs?: number } | null)?.dialogs ?? 0)

/** A step that the browser refuses is not repeated. */
async function step(by: number): Promise<void> {
  const isThere = await new Promise<boolean>((resolve) => {
    arrive = () => resolve(true)
    setTimeout(() => resolve(false), TIMEOUT)
    history.go(by)
  })
  stepping = null
  if (isThere) await update()
}

/** Adds or takes back entries until there is one for each dialog. */
async function update(): Promise<void> {
  if (!whereRouterIs) return
  const missing = opened.length - entries()
  if (!stepping && missing < 0) stepping = step(missing)
  for (let n = 0; !stepping && n < missing; n++) history.pushState({ ...history.state, dialogs: entries() + 1 }, '')
  await stepping
}

/** Runs before the router hears of it, which would show the page anew. */
function popped(event: PopStateEvent): void {
  if (whereRouterIs?.() !== location.pathname + location.search + location.hash) return arrive()
  if (stepping) {
    event.stopImmediatePropagation()
    return arrive()
  }
  if (opened.length === entries()) return
  event.stopImmediatePropagation()
  for (const dialog of opened.splice(entries()).reverse()) dialog.close()
  // 前进 does not open a dialog again.
  void update()
}

/** Has the back button close dialogs from now on. `where` tells the path with query and hash at which the router is. */
export function installBackButton(where: () => string): void {
  whereRouterIs = where
  // A page that was loaded anew has no dialog any more.
  if (entries() > 0) history.replaceState({ ...history.state, dialogs: 0 }, '')
  window.addEventListener('popstate', popped, { capture: true })
}

/**
 * Forgets all dialogs, because another page is opened, which takes them along. The entry stays in the history, as
 * one of its page: a step back is late in a tab that is not looked at, and would then leave the new page.
 */
export async function leaveDialogs(): Promise<void> {
  opened.length = 0
  await stepping
  if (whereRouterIs && entries() > 0) history.replaceState({ ...history.state, dialogs: 0 }, '')
}

/** While `isOpen()`, the back button calls `close` instead of leaving the page. */
export function useBackButton(isOpen: () => boolean, close: () => void): void {
  const dialog = { close }

  function remove() {
    const at = opened.indexOf(dialog)
    if (at >= 0) opened.splice(at, 1)
    // One dialog may take the place of another.
    queueMicrotask(() => void update())
  }

  watch(
    isOpen,
    (now, before) => {
      if (now) {
        opened.push(dialog)
        queueMicrotask(() => void update())
      } else if (before) remove()
    },
    { immediate: true },
  )
  onScopeDispose(remove)
}
