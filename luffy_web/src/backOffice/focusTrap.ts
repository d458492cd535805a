import { nextTick, watch, type Ref } from 'vue'

/**
 * Keeps the keyboard focus in the panel when a change of `phase` removes the focused control: it moves to
 * the next control, or to the panel itself while there is none.
 */
export function trapFocus(panel: Readonly<Ref<HTMLElement | null>>, phase: () => unknown): void {
  const hasFocus = () => panel.value?.contains(document.activeElement)

  watch(phase, async () => {
    if (!hasFocus()) return
    await nextTick()
    if (hasFocus() && document.activeElement !== panel.value) return
    const control = panel.value?.querySelector<HTMLElement>('input, button')
    ;(control ?? panel.value)?.focus({ preventScroll: true })
  })
}
