import { describe, expect, it } from 'vitest'
import { ref } from 'vue'

import { useActiveRow } from './useActiveRow'

describe('useActiveRow', () => {
  it('moves through the rows and past the field, in both directions', () => {
    const { active, move } = useActiveRow(() => ['a', 'b'])
    const visit = (step: 1 | -1) => (move(step), active.value)

    expect([visit(1), visit(1), visit(1), visit(1)]).toEqual([0, 1, -1, 0])
    expect([visit(-1), visit(-1), visit(-1)]).toEqual([-1, 1, 0])
  })

  it('goes to the ends, and to none of an empty list', () => {
    const full = useActiveRow(() => ['a', 'b', 'c'])
    const empty = useActiveRow(() => [])

    full.toLast()
    expect(full.active.value).toBe(2)
    full.toFirst()
    expect(full.active.value).toBe(0)
    empty.toFirst()
    empty.move(1)

    expect(empty.active.value).toBe(-1)
  })

  it('is reset by new rows', () => {
    const rows = ref(['a'])
    const { active, move } = useActiveRow(() => rows.value)
    move(1)

    rows.value = ['b']

    expect(active.value).toBe(-1)
  })
})
