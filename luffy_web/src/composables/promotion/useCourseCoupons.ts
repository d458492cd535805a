import { computed, ref, watch, type ComputedRef, type Ref, type WritableComputedRef } from 'vue'

import { claimCoupon, fetchOfferedCoupons, quoteCoupons } from '@/api/promotion'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useLoad } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'
import type { CourseDetail, CouponQuote, OfferedCoupon } from '@/types'

export interface CourseCoupons {
  /** Those that the student may still take. */
  offered: ComputedRef<OfferedCoupon[]>
  /** The student's own that make the course cheaper, the best first. */
  usable: ComputedRef<CouponQuote[]>
  /** What is put on the order: the best, until the student chooses another or none (null). */
  chosen: WritableComputedRef<CouponQuote | null>
  /** Whether there is anything to show. */
  any: ComputedRef<boolean>
  claim: Action<[OfferedCoupon]>
  reload: () => Promise<unknown>
}

/** Coupons for buying one course; nothing is asked while `wanted` is false. */
export function useCourseCoupons(course: () => CourseDetail, wanted: () => boolean): CourseCoupons {
  const session = useSessionStore()
  const offers = useLoad((signal) => fetchOfferedCoupons(course().id, signal))
  const quotes = useLoad((signal) => quoteCoupons([course().id], signal))
  const choice: Ref<number | null | undefined> = ref(undefined)

  const offered = computed(() => (offers.data.value ?? []).filter(({ can_claim }) => can_claim))
  const usable = computed(() => (quotes.data.value ?? []).filter(({ why }) => why === ''))
  const any = computed(() => offered.value.length + usable.value.length > 0)
  const chosen = computed({
    get: () => {
      if (choice.value === null) return null
      return usable.value.find(({ id }) => id === choice.value) ?? usable.value[0] ?? null
    },
    set: (quote) => (choice.value = quote?.id ?? null),
  })

  const reload = () =>
    Promise.all([wanted() && offers.load(), wanted() && session.user !== null && quotes.load()])

  watch(
    [wanted, () => course().id, () => course().real_price, () => session.user?.id],
    () => {
      offers.drop()
      quotes.drop()
      void reload()
    },
    { immediate: true },
  )

  const claim = useAction(async ({ id }: OfferedCoupon) => {
    const taken = await withLogin(() => claimCoupon(id).finally(() => void offers.load()), 'join')
    if (!taken) return
    useNotice().tell(`已领取「${taken.name}」。`)
    choice.value = undefined
    await reload()
  })

  return { offered, usable, any, chosen, claim, reload }
}
