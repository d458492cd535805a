import { computed, type ComputedRef } from 'vue'
import type { LocationQuery } from 'vue-router'

import { searchCourses, type SearchAnswer } from '@/api/search'
import { usePagedList, useQueryState, type PagedList, type QueryState } from '@/composables/base/usePagedList'
import { orderingOf, PAGE_SIZE, type ListOrdering } from '@/composables/course/useCourseList'
import { positiveOf, textOf } from '@/format/query'
import { wordOf } from '@/format/word'
import { CourseKind, type SearchHit } from '@/types'

const KINDS = [CourseKind.Free, CourseKind.Actual, CourseKind.Light]

export interface SearchState {
  word: string
  kind: CourseKind | undefined
  category: number | undefined
  /** Only courses that cost nothing today. */
  free: boolean
  /** undefined: by relevance. */
  ordering: ListOrdering | undefined
  page: number
}

interface Search extends QueryState<SearchState>, Omit<PagedList<SearchAnswer>, 'data' | 'rows'> {
  /** Some filter is set. */
  narrowed: ComputedRef<boolean>
  hits: ComputedRef<SearchHit[]>
  didYouMean: ComputedRef<string | null>
  /** Removes all filters. */
  widen: () => void
}

/** Unknown values of the query string count as absent. */
const parse = (query: LocationQuery): SearchState => ({
  word: wordOf(textOf(query.word)),
  kind: KINDS.find((known) => known === positiveOf(query.kind)),
  category: positiveOf(query.category),
  free: textOf(query.free) === 'true',
  ordering: orderingOf(query.ordering),
  page: positiveOf(query.page) ?? 1,
})

const queryOf = ({ word, kind, category, free, ordering, page }: SearchState) => ({
  search: word,
  kind,
  course_category: category,
  free: free ? ('true' as const) : undefined,
  ordering,
  page,
  page_size: PAGE_SIZE,
})

/** The courses found for the word and filters in the query string. */
export function useSearch(): Search {
  const { state, change } = useQueryState<SearchState>(parse, ({ word, kind, category, free, ordering }) => ({
    word,
    kind,
    category,
    free: free ? 'true' : undefined,
    ordering,
  }))
  const narrowed = computed(() => Boolean(state.value.kind ?? state.value.category) || state.value.free)
  const { data, rows, count, loading, error, reload } = usePagedList(
    () => (state.value.word ? queryOf(state.value) : null),
    searchCourses,
  )
  const didYouMean = computed(() => data.value?.didYouMean ?? null)
  const widen = () => change({ kind: undefined, category: undefined, free: false })

  return { state, change, narrowed, hits: rows, count, didYouMean, loading, error, reload, widen }
}
