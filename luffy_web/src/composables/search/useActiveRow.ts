import { ref, watch, type Ref } from 'vue'

interface ActiveRow {
  /** Index of the active row; -1 is the field itself. */
  active: Ref<number>
  /** Moves one step; past either end comes the field. */
  move: (step: 1 | -1) => void
  toFirst: () => void
  toLast: () => void
}

/**
 * The active option of a combobox (aria-activedescendant): arrow keys move it while the focus stays in
 * the field. New rows reset it.
 */
export function useActiveRow(rows: () => readonly unknown[]): ActiveRow {
  const active = ref(-1)

  function move(step: 1 | -1) {
    const stops = rows().length + 1
    active.value = ((active.value + 1 + step + stops) % stops) - 1
  }
  const toFirst = () => (active.value = Math.min(0, rows().length - 1))
  const toLast = () => (active.value = rows().length - 1)

  watch(rows, () => (active.value = -1), { flush: 'sync' })

  return { active, move, toFirst, toLast }
}
