import { computed } from 'vue'

import { fetchCourses } from '@/api/course'

import { useLoad } from './useLoad'

const ON_SHOW = 4

/** The courses of every kind that most students take. */
export function useHotCourses() {
  const { data, error, loading, load } = useLoad((signal) =>
    fetchCourses({ ordering: '-students', page_size: ON_SHOW }, signal),
  )
  const courses = computed(() => data.value?.results ?? [])
  void load()
  return { courses, error, loading, retry: load }
}
