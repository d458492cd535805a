import { computed, watch } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'

import { fetchCourses } from '@/api/course'
import { positiveOf, textOf } from '@/format/query'
import type { CourseKind, CourseOrdering } from '@/types'

import { useFirstPage } from './useFirstPage'
import { useLoad } from './useLoad'

export const PAGE_SIZE = 12

export type ShelfOrdering = Extract<CourseOrdering, '-students' | 'price' | '-price'>
const ORDERINGS: readonly string[] = ['-students', 'price', '-price'] satisfies ShelfOrdering[]
const isOrdering = (text: string): text is ShelfOrdering => ORDERINGS.includes(text)

/** The ordering that stands in the address bar, if it is one. */
export const orderingOf = (value: LocationQuery[string] | undefined) => [textOf(value)].find(isOrdering)

export interface CourseListState {
  category: number | undefined
  /** Nothing means the school's own ranking. */
  ordering: ShelfOrdering | undefined
  page: number
}

/** One shelf of the shop. The query string is the state: it can be shared, reloaded and stepped back. */
export function useCourseList(kind: () => CourseKind) {
  const route = useRoute()
  const router = useRouter()

  const state = computed<CourseListState>(() => ({
    category: positiveOf(route.query.category),
    ordering: orderingOf(route.query.ordering),
    page: positiveOf(route.query.page) ?? 1,
  }))
  const query = computed(() => ({
    kind: kind(),
    course_category: state.value.category,
    ordering: state.value.ordering,
    page: state.value.page,
    page_size: PAGE_SIZE,
  }))

  const { data, error, loading, load } = useLoad((signal) => fetchCourses(query.value, signal))
  useFirstPage(error)
  const courses = computed(() => data.value?.results ?? [])
  const count = computed(() => data.value?.count ?? 0)

  /** Whatever narrows or turns the list starts again on its first page. */
  function change(changes: Partial<CourseListState>) {
    const next = { ...state.value, page: 1, ...changes }
    void router.push({
      query: {
        category: next.category,
        ordering: next.ordering,
        page: next.page > 1 ? next.page : undefined,
      },
    })
  }

  watch(() => JSON.stringify(query.value), () => load(), { immediate: true })

  return { state, courses, count, loading, error, retry: load, change }
}
