import { computed, watch, type ComputedRef } from 'vue'

import { fetchRelatedCourses } from '@/api/course'
import { useLoad } from '@/composables/base/useLoad'
import type { Course } from '@/types'

/** Courses that are like this one, once they are `wanted`; none while they load, or where they do not come. */
export function useRelatedCourses(id: () => number, wanted: () => boolean): ComputedRef<Course[]> {
  const { data, load } = useLoad((signal) => fetchRelatedCourses(id(), signal))
  watch([id, wanted], () => wanted() && void load(), { immediate: true })
  return computed(() => data.value ?? [])
}
