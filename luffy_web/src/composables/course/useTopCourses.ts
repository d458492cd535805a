import { computed, type ComputedRef } from 'vue'

import { fetchCourses, type CourseQuery } from '@/api/course'
import { useLoad, type Load } from '@/composables/base/useLoad'
import type { Course, Page } from '@/types'

const COUNT = 4

interface TopCourses extends Pick<Load<Page<Course>>, 'error' | 'loading'> {
  courses: ComputedRef<Course[]>
  retry: Load<Page<Course>>['load']
}

/** The first four courses of an ordering, of all kinds. */
export function useTopCourses(query: Pick<CourseQuery, 'ordering'>): TopCourses {
  const { data, error, loading, load } = useLoad((signal) => fetchCourses({ ...query, page_size: COUNT }, signal))
  const courses = computed(() => data.value?.results ?? [])
  void load()
  return { courses, error, loading, retry: load }
}
