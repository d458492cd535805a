import { computed, type ComputedRef } from 'vue'
import type { LocationQuery } from 'vue-router'

import { fetchCourses, type CourseQuery } from '@/api/course'
import { usePagedList, useQueryState, type PagedList, type QueryState } from '@/composables/base/usePagedList'
import { positiveOf, textOf } from '@/format/query'
import type { Course, CourseKind, CourseOrdering, Page } from '@/types'

import { inKnownCategory } from './inKnownCategory'

export const PAGE_SIZE = 12

export type ListOrdering = Extract<CourseOrdering, '-students' | 'price' | '-price' | '-rating'>
const ORDERINGS: readonly string[] = ['-students', 'price', '-price', '-rating'] satisfies ListOrdering[]
const isOrdering = (text: string): text is ListOrdering => ORDERINGS.includes(text)

/** The ordering in the query string; undefined when there is none or an unknown one. */
export const orderingOf = (value: LocationQuery[string] | undefined): ListOrdering | undefined =>
  [textOf(value)].find(isOrdering)

export interface CourseListState {
  category: number | undefined
  /** undefined: the school's own ranking. */
  ordering: ListOrdering | undefined
  page: number
}

interface CourseList extends QueryState<CourseListState>, Omit<PagedList<Page<Course>>, 'data' | 'rows'> {
  courses: ComputedRef<Course[]>
}

const fetchKnown = inKnownCategory<CourseQuery, Page<Course>>(fetchCourses, { count: 0, results: [] })

/** The courses of one kind, or of all, filtered and ordered by the query string. */
export function useCourseList(kind: () => CourseKind | undefined): CourseList {
  const { state, change } = useQueryState<CourseListState>(
    (query) => ({
      category: positiveOf(query.category),
      ordering: orderingOf(query.ordering),
      page: positiveOf(query.page) ?? 1,
    }),
    ({ category, ordering }) => ({ category, ordering }),
  )
  const query = computed(() => ({
    kind: kind(),
    course_category: state.value.category,
    ordering: state.value.ordering,
    page: state.value.page,
    page_size: PAGE_SIZE,
  }))
  const { rows, count, loading, error, reload } = usePagedList(() => query.value, fetchKnown)

  return { state, change, courses: rows, count, loading, error, reload }
}
