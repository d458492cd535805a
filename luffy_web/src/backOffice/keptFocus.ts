import { nextTick, watch, type Ref } from 'vue'

/**
 * Whoever uses the keyboard stays in the panel when the control under their finger goes with a change
 * of `phase`: at the next control, or at the panel itself until there is one.
 */
export function keepFocus(panel: Readonly<Ref<HTMLElement | null>>, phase: () => unknown) {
  const within = () => panel.value?.contains(document.activeElement)

  watch(phase, async () => {
    if (!within()) return
    await nextTick()
    if (within() && document.activeElement !== panel.value) return
    const control = panel.value?.querySelector<HTMLElement>('input, button')
    ;(control ?? panel.value)?.focus({ preventScroll: true })
  })
}
