import type { ComputedRef } from 'vue'

import { fetchMyCourses } from '@/api/course'
import { usePagedList, useQueryState, type PagedList, type QueryState } from '@/composables/base/usePagedList'
import { positiveOf } from '@/format/query'
import type { MyCourse, MyCoursesQuery, Page } from '@/types'

export type MyCoursesState = MyCoursesQuery['state']

interface State {
  page: number
  state: MyCoursesState
}

const STATES = ['unfinished', 'finished'] as const

interface MyCourses extends QueryState<State>, Omit<PagedList<Page<MyCourse>>, 'data' | 'rows'> {
  courses: ComputedRef<MyCourse[]>
}

/** 我的课程: the courses that the student has access to, with progress; those that are finished, the others, or all. */
export function useMyCourses(): MyCourses {
  const { state, change } = useQueryState<State>(
    (query) => ({ page: positiveOf(query.page) ?? 1, state: STATES.find((each) => each === query.state) }),
    ({ state }) => ({ state }),
  )
  const { rows, count, loading, error, reload } = usePagedList(() => state.value, fetchMyCourses)

  return { state, change, courses: rows, count, loading, error, reload }
}
