import { computed, type ComputedRef } from 'vue'

import { fetchEndedCourses } from '@/api/course'
import { useLoad } from '@/composables/base/useLoad'
import type { MyCourse } from '@/types'

/** Courses whose study period is over; none where they cannot be loaded. */
export function useEndedCourses(): ComputedRef<MyCourse[]> {
  const ended = useLoad(fetchEndedCourses)
  void ended.load()
  return computed(() => ended.data.value ?? [])
}
