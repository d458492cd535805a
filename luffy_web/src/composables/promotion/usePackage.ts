import { computed, watch, type ComputedRef } from 'vue'

import { fetchPackage } from '@/api/promotion'
import { useLoad, type Load } from '@/composables/base/useLoad'
import type { Purchase } from '@/composables/order/useCartChoice'
import { useSessionStore } from '@/stores/session'
import type { CoursePackage } from '@/types'

interface PackageLoad extends Pick<Load<CoursePackage>, 'error'> {
  pack: ComputedRef<CoursePackage | null>
  reload: Load<CoursePackage>['load']
}

/** A package as this visitor may buy it; loaded again after a login or logout, because owners of its courses pay less. */
export function usePackage(id: () => number): PackageLoad {
  const session = useSessionStore()
  const { data, error, load } = useLoad((signal) => fetchPackage(id(), signal))
  watch([id, () => session.user?.id], () => load(), { immediate: true })
  // One that was sold when it came may be over by now.
  const isThere = () => data.value?.id === id() && error.value?.status !== 404
  return { pack: computed(() => (isThere() ? data.value : null)), error, reload: load }
}

/** What is still to be paid of a package, each course at its share. */
export const duesOf = ({ courses, owned }: CoursePackage): Purchase[] =>
  courses.filter(({ id }) => !owned.includes(id)).map(({ id, name, share, study_months }) => ({ id, name, real_price: share, study_months }))
