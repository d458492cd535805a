import type { ComputedRef } from 'vue'

import { fetchMyCourses } from '@/api/course'
import { usePagedList, usePageState, type PagedList, type QueryState } from '@/composables/base/usePagedList'
import type { MyCourse, Page } from '@/types'

interface MyCourses extends QueryState<{ page: number }>, Omit<PagedList<Page<MyCourse>>, 'data' | 'rows'> {
  courses: ComputedRef<MyCourse[]>
}

/** 我的课程: the courses that the student has access to, with progress. */
export function useMyCourses(): MyCourses {
  const { state, change } = usePageState()
  const { rows, count, loading, error, reload } = usePagedList(() => state.value, fetchMyCourses)

  return { state, change, courses: rows, count, loading, error, reload }
}
