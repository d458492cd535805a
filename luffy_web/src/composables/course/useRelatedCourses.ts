import { computed, watch, type ComputedRef } from 'vue'

import { fetchRelatedCourses } from '@/api/course'
import { useLoad } from '@/composables/base/useLoad'
import type { Course } from '@/types'

interface RelatedCourses {
  /** What students of the course have, too. */
  alsoStudied: ComputedRef<Course[]>
  /** Like this one; none of the others. */
  related: ComputedRef<Course[]>
}

/** Courses beside this one, once they are `wanted`; none while they load, or where they do not come. */
export function useRelatedCourses(id: () => number, wanted: () => boolean): RelatedCourses {
  const { data, load } = useLoad((signal) => fetchRelatedCourses(id(), signal))
  watch([id, wanted], () => wanted() && void load(), { immediate: true })
  return {
    alsoStudied: computed(() => data.value?.alsoStudied ?? []),
    related: computed(() => data.value?.related ?? []),
  }
}
