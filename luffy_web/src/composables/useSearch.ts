import { computed, watch } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'

import { searchCourses } from '@/api/search'
import { positiveOf, textOf } from '@/format/query'
import { wordOf } from '@/format/word'
import { CourseKind } from '@/types'

import { orderingOf, PAGE_SIZE, type ShelfOrdering } from './useCourseList'
import { useFirstPage } from './useFirstPage'
import { useLoad } from './useLoad'

const KINDS = [CourseKind.Free, CourseKind.Actual, CourseKind.Light]

export interface SearchState {
  word: string
  kind: CourseKind | undefined
  category: number | undefined
  /** Only what costs nothing today. */
  free: boolean
  /** Nothing means the best hit first. */
  ordering: ShelfOrdering | undefined
  page: number
}

/** What makes no sense in the address bar is left out. */
const stateOf = (query: LocationQuery): SearchState => ({
  word: wordOf(textOf(query.word)),
  kind: KINDS.find((known) => known === positiveOf(query.kind)),
  category: positiveOf(query.category),
  free: textOf(query.free) === 'true',
  ordering: orderingOf(query.ordering),
  page: positiveOf(query.page) ?? 1,
})

/** The courses found for a word. The query string is the state: it can be shared, reloaded and stepped back. */
export function useSearch() {
  const route = useRoute()
  const router = useRouter()

  // While another page opens the address is already its own, and says nothing about this search.
  const state = computed<SearchState>((last) =>
    last && route.name !== 'search' ? last : stateOf(route.query),
  )
  const query = computed(() => ({
    search: state.value.word,
    kind: state.value.kind,
    course_category: state.value.category,
    free: state.value.free ? ('true' as const) : undefined,
    ordering: state.value.ordering,
    page: state.value.page,
    page_size: PAGE_SIZE,
  }))
  const narrowed = computed(() => Boolean(state.value.kind ?? state.value.category) || state.value.free)

  const { data, error, loading, load, drop } = useLoad((signal) => searchCourses(query.value, signal))
  useFirstPage(error)
  const hits = computed(() => data.value?.results ?? [])
  const count = computed(() => data.value?.count ?? 0)
  const didYouMean = computed(() => data.value?.didYouMean ?? null)

  const search = () => (state.value.word ? load() : drop())

  /** Whatever narrows or turns the list starts again on its first page. */
  function change(changes: Partial<SearchState>) {
    const next = { ...state.value, page: 1, ...changes }
    void router.push({
      query: {
        word: next.word,
        kind: next.kind,
        category: next.category,
        free: next.free ? 'true' : undefined,
        ordering: next.ordering,
        page: next.page > 1 ? next.page : undefined,
      },
    })
  }
  const widen = () => change({ kind: undefined, category: undefined, free: false })

  watch(() => JSON.stringify(query.value), search, { immediate: true })

  return { state, narrowed, hits, count, didYouMean, loading, error, retry: search, change, widen }
}
