import { nextTick } from 'vue'

/** After a line has moved, maybe into another list: the button that moved it has the focus again. */
export async function focusStep(kind: 'chapter' | 'section', id: number, step: -1 | 1): Promise<void> {
  await nextTick()
  document.querySelector<HTMLElement>(`[data-${kind}="${id}"] [data-step="${step}"]`)?.focus()
}
