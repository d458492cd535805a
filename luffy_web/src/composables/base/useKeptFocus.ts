import { onBeforeUpdate, onUpdated } from 'vue'

/** Moves the focus to the page's content when nothing has it any more. */
export function focusContent(): void {
  if (document.activeElement !== document.body) return
  document.getElementById('content')?.focus({ preventScroll: true })
}

/** Keeps the focus on the page when an update of this component removes the button that had it. */
export function useKeptFocus(): void {
  let hadFocus = false

  onBeforeUpdate(() => {
    hadFocus = document.activeElement !== document.body
  })
  onUpdated(() => {
    if (hadFocus) focusContent()
  })
}
