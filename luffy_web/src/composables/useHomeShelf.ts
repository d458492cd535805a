import { computed } from 'vue'

import { fetchCourses } from '@/api/course'
import type { CourseKind } from '@/types'

import { useLoad } from './useLoad'

const ON_SHOW = 4

/** The first courses of one shelf, as the school has ranked them. */
export function useHomeShelf(kind: CourseKind) {
  const { data, error, loading, load } = useLoad((signal) =>
    fetchCourses({ kind, page_size: ON_SHOW }, signal),
  )
  const courses = computed(() => data.value?.results ?? [])
  void load()
  return { courses, error, loading, retry: load }
}
