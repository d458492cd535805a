import { computed, watch, type ComputedRef } from 'vue'

import { fetchCourseProgress } from '@/api/course'
import { useLoad } from '@/composables/base/useLoad'
import type { CourseDetail, OutlineProgress } from '@/types'

/** How far the student is in a course of theirs; undefined while that is not known. */
export function useOwnProgress(course: () => CourseDetail): ComputedRef<OutlineProgress['course'] | undefined> {
  const { data, load, drop } = useLoad((signal) => fetchCourseProgress(course().id, signal))
  watch(
    () => course().owned && course().id,
    (mine) => {
      drop()
      if (mine) void load()
    },
    { immediate: true },
  )
  return computed(() => data.value?.course)
}
