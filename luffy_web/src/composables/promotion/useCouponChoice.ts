import { computed, ref, type ComputedRef, type Ref, type WritableComputedRef } from 'vue'

import { quoteCoupons } from '@/api/promotion'
import { useLoad } from '@/composables/base/useLoad'
import { useSessionStore } from '@/stores/session'
import type { CouponQuote } from '@/types'

export interface CouponChoice {
  /** The student's own that make these courses cheaper, the best first. */
  usable: ComputedRef<CouponQuote[]>
  /** The others, with the reason. */
  unusable: ComputedRef<CouponQuote[]>
  /** What is put on the order: the best, until the student chooses another or none (null). */
  chosen: WritableComputedRef<CouponQuote | null>
  load: () => Promise<void>
  drop: () => void
  /** Back to the best. */
  reset: () => void
}

/** Which of the student's coupons is put on an order of these courses. */
export function useCouponChoice(courses: () => number[]): CouponChoice {
  const session = useSessionStore()
  const quotes = useLoad((signal) => quoteCoupons(courses(), signal))
  const choice: Ref<number | null | undefined> = ref(undefined)

  const usable = computed(() => (quotes.data.value ?? []).filter(({ why }) => why === ''))
  const unusable = computed(() => (quotes.data.value ?? []).filter(({ why }) => why !== ''))
  const chosen = computed({
    get: () => {
      if (choice.value === null) return null
      return usable.value.find(({ id }) => id === choice.value) ?? usable.value[0] ?? null
    },
    set: (quote) => (choice.value = quote?.id ?? null),
  })
  const load = async () => {
    if (session.user !== null && courses().length > 0) await quotes.load()
  }
  return { usable, unusable, chosen, load, drop: quotes.drop, reset: () => (choice.value = undefined) }
}
