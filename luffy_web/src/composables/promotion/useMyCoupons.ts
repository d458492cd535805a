import type { ComputedRef } from 'vue'

import { fetchCoupons, type CouponState } from '@/api/promotion'
import { usePagedList, useQueryState, type PagedList, type QueryState } from '@/composables/base/usePagedList'
import { positiveOf, textOf } from '@/format/query'
import type { MyCoupon, Page } from '@/types'

export interface CouponListState {
  state: CouponState
  page: number
}

interface MyCoupons extends QueryState<CouponListState>, Omit<PagedList<Page<MyCoupon>>, 'data' | 'rows'> {
  coupons: ComputedRef<MyCoupon[]>
}

const STATES: readonly CouponState[] = ['upcoming', 'held', 'used', 'expired']
const stateOf = (text: string): CouponState => STATES.find((state) => state === text) ?? 'usable'

/** My coupons; those that can be used come first. */
export function useMyCoupons(): MyCoupons {
  const { state, change } = useQueryState<CouponListState>(
    (query) => ({ state: stateOf(textOf(query.state)), page: positiveOf(query.page) ?? 1 }),
    ({ state }) => ({ state: state === 'usable' ? undefined : state }),
  )
  const { rows: coupons, count, loading, error, reload } = usePagedList(() => state.value, fetchCoupons)

  return { state, change, coupons, count, loading, error, reload }
}
