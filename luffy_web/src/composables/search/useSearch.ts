import { computed, type ComputedRef } from 'vue'
import type { LocationQuery } from 'vue-router'

import { searchCourses, type SearchAnswer, type SearchQuery } from '@/api/search'
import { usePagedList, useQueryState, type PagedList, type QueryState } from '@/composables/base/usePagedList'
import { inKnownCategory } from '@/composables/course/inKnownCategory'
import { orderingOf, PAGE_SIZE, type ListOrdering } from '@/composables/course/useCourseList'
import { positiveOf, textOf } from '@/format/query'
import { wordOf } from '@/format/word'
import { CourseKind, type SearchHit } from '@/types'

export type { SearchAnswer } from '@/api/search'

const KINDS = [CourseKind.Free, CourseKind.Actual, CourseKind.Light]

export interface SearchState {
  word: string
  kind: CourseKind | undefined
  category: number | undefined
  /** Only courses that cost nothing today. */
  free: boolean
  /** undefined: by relevance. */
  ordering: ListOrdering | undefined
  /** No other word than the one typed. */
  exact: boolean
  page: number
}

interface Search extends QueryState<SearchState>, Omit<PagedList<SearchAnswer>, 'data' | 'rows'> {
  /** Some filter is set. */
  narrowed: ComputedRef<boolean>
  hits: ComputedRef<SearchHit[]>
  /** What was made of the word; null until there is an answer. */
  answer: ComputedRef<SearchAnswer | null>
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
  exact: textOf(query.exact) === 'true',
  page: positiveOf(query.page) ?? 1,
})

const queryOf = ({ word, kind, category, free, ordering, exact, page }: SearchState) => ({
  search: word,
  kind,
  course_category: category,
  free: free ? ('true' as const) : undefined,
  ordering,
  exact: exact ? ('true' as const) : undefined,
  page,
  page_size: PAGE_SIZE,
})

const NOTHING: SearchAnswer = {
  ...{ count: 0, results: [] },
  ...{ didYouMean: null, correctedTo: null, dropped: [], filters: [] },
}
const searchKnown = inKnownCategory<SearchQuery, SearchAnswer>(searchCourses, NOTHING)

/** The courses found for the word and filters in the query string. */
export function useSearch(): Search {
  const { state, change } = useQueryState<SearchState>(parse, ({ word, kind, category, free, ordering, exact }) => ({
    word,
    kind,
    category,
    free: free ? 'true' : undefined,
    ordering,
    exact: exact ? 'true' : undefined,
  }))
  const narrowed = computed(() => Boolean(state.value.kind ?? state.value.category) || state.value.free)
  const { data, rows, count, loading, error, reload } = usePagedList(
    () => (state.value.word ? queryOf(state.value) : null),
    searchKnown,
  )
  const answer = computed(() => data.value)
  const widen = () => change({ kind: undefined, category: undefined, free: false })

  return { state, change, narrowed, hits: rows, count, answer, loading, error, reload, widen }
}
