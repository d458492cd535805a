import { computed, watch, type ComputedRef } from 'vue'

import { fetchPackagesOf } from '@/api/promotion'
import { useLoad } from '@/composables/base/useLoad'
import type { CoursePackageCard } from '@/types'

function useAllOf(course: () => number): ComputedRef<CoursePackageCard[]> {
  const { data, drop, load } = useLoad((signal) => fetchPackagesOf(course(), signal))
  watch(
    course,
    () => {
      drop()
      void load()
    },
    { immediate: true },
  )
  return computed(() => data.value ?? [])
}

/** The packages with a course that cost less than their courses alone; none while they load. */
export function usePackagesOf(course: () => number): ComputedRef<CoursePackageCard[]> {
  const all = useAllOf(course)
  return computed(() => all.value.filter(({ is_cheaper }) => is_cheaper))
}

/** The paths with a course; none while they load. */
export function usePathsOf(course: () => number): ComputedRef<CoursePackageCard[]> {
  const all = useAllOf(course)
  return computed(() => all.value.filter(({ is_path }) => is_path))
}
