import { computed, ref, type ComputedRef, type WritableComputedRef } from 'vue'

import type { CartItem } from '@/types'

/** Courses that one order takes. */
export const MAX_IN_ORDER = 20

export interface Purchase {
  id: number
  name: string
  real_price: string
  study_months: number | null
}

interface CartChoice {
  /** Those of the cart that can be bought now. */
  sold: ComputedRef<Purchase[]>
  /** The ids of those that are to be bought together: at first all that have to be, as many as one order takes. */
  chosenIds: WritableComputedRef<number[]>
  chosen: ComputedRef<Purchase[]>
}

/** Which courses of a cart are bought together. */
export function useCartChoice(items: () => readonly CartItem[]): CartChoice {
  const sold = computed(() =>
    items().flatMap(({ id, name, real_price, study_months, state }) =>
      state === 'for_sale' && real_price !== null ? [{ id, name, real_price, study_months }] : [],
    ),
  )
  const opened = computed(() => new Set(items().flatMap(({ id, member_free }) => (member_free ? [id] : []))))
  /** What was left out or taken stays so when the cart changes. */
  const decided = ref(new Map<number, boolean>())
  const isIn = (id: number) => decided.value.get(id) ?? !opened.value.has(id)
  const chosen = computed(() => sold.value.filter(({ id }) => isIn(id)).slice(0, MAX_IN_ORDER))
  const chosenIds = computed({
    get: () => chosen.value.map(({ id }) => id),
    set: (ids) => (decided.value = new Map(sold.value.map(({ id }) => [id, ids.includes(id)]))),
  })
  return { sold, chosenIds, chosen }
}
