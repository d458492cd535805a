import { computed, watch, type ComputedRef } from 'vue'

import { claimCoupon, fetchOfferedCoupons } from '@/api/promotion'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useLoad } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'
import { shortYuan } from '@/format/money'
import { useSessionStore } from '@/stores/session'
import type { CourseDetail, OfferedCoupon } from '@/types'

import { useCouponChoice, type CouponChoice } from './useCouponChoice'

export interface CourseCoupons extends Pick<CouponChoice, 'usable' | 'chosen'> {
  /** Those that the student may still take. */
  offered: ComputedRef<OfferedCoupon[]>
  /** What the button that buys asks for with the chosen coupon; blank without one. */
  price: ComputedRef<string>
  claim: Action<[OfferedCoupon]>
  reload: () => Promise<unknown>
}

/** Coupons for buying one course; nothing is asked while `wanted` is false. */
export function useCourseCoupons(course: () => CourseDetail, wanted: () => boolean): CourseCoupons {
  const session = useSessionStore()
  const offers = useLoad((signal) => fetchOfferedCoupons(course().id, signal))
  const choice = useCouponChoice(() => (wanted() ? [course().id] : []))
  const { usable, chosen } = choice

  const offered = computed(() => (offers.data.value ?? []).filter(({ can_claim }) => can_claim))
  const price = computed(() => (chosen.value ? `券后 ${shortYuan(chosen.value.total_amount)}` : ''))
  const reload = () => Promise.all([wanted() && offers.load(), choice.load()])

  watch(
    [wanted, () => course().id, () => course().real_price, () => session.user?.id],
    () => {
      offers.drop()
      choice.drop()
      void reload()
    },
    { immediate: true },
  )

  const claim = useAction(async ({ id }: OfferedCoupon) => {
    const taken = await withLogin(() => claimCoupon(id).finally(() => void offers.load()), 'join')
    if (!taken) return
    useNotice().tell(`已领取「${taken.name}」。`)
    choice.reset()
    await reload()
  })

  return { offered, price, usable, chosen, claim, reload }
}
