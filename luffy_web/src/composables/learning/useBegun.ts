import { computed, watch, type ComputedRef } from 'vue'

import { fetchCourseProgress } from '@/api/course'
import { useLoad } from '@/composables/base/useLoad'
import type { CourseDetail } from '@/types'

/** Whether the student has begun a course of theirs; false while that is not known. */
export function useBegun(course: () => CourseDetail): ComputedRef<boolean> {
  const { data, load, drop } = useLoad((signal) => fetchCourseProgress(course().id, signal))
  watch(
    () => course().owned && course().id,
    (mine) => {
      drop()
      if (mine) void load()
    },
    { immediate: true },
  )
  return computed(() => (data.value?.course.section_id ?? null) !== null)
}
