import { ref, watch } from 'vue'

/**
 * The row of a list on which the arrow keys stand, while the focus stays in a field; -1 is the
 * field itself. Other rows mean that no row was meant yet.
 */
export function useActiveRow(rows: () => readonly unknown[]) {
  const active = ref(-1)

  /** One step round, past the field. */
  function move(step: 1 | -1) {
    const stops = rows().length + 1
    active.value = ((active.value + 1 + step + stops) % stops) - 1
  }
  const toFirst = () => (active.value = Math.min(0, rows().length - 1))
  const toLast = () => (active.value = rows().length - 1)

  watch(rows, () => (active.value = -1), { flush: 'sync' })

  return { active, move, toFirst, toLast }
}
