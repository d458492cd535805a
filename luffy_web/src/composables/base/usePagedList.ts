import { computed, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter, type LocationQuery, type LocationQueryRaw } from 'vue-router'

import type { ApiError } from '@/api/errors'
import { positiveOf } from '@/format/query'
import type { Page } from '@/types'

import { keptAnswers } from './keptAnswers'
import { useLoad } from './useLoad'

export interface QueryState<State> {
  state: ComputedRef<State>
  /** Pushes the changed state to the address bar; unless a page is given, on its first page. */
  change: (changes: Partial<State>) => void
}

/** The state of a list page in the query string, so that it survives sharing, a reload and the back button. */
export function useQueryState<State extends { page: number }>(
  parse: (query: LocationQuery) => State,
  serialize: (state: State) => LocationQueryRaw,
): QueryState<State> {
  const route = useRoute()
  const router = useRouter()
  const owner = route.name

  // While the next page is loading, the query string already belongs to it.
  const state = computed<State>((last) => (last && route.name !== owner ? last : parse(route.query)))

  function change(changes: Partial<State>) {
    const next = { ...state.value, page: 1, ...changes }
    void router.push({ query: { ...serialize(next), page: next.page > 1 ? next.page : undefined } })
  }

  return { state, change }
}

/** The state of a list that has nothing but pages. */
export const usePageState = (): QueryState<{ page: number }> =>
  useQueryState(
    (query) => ({ page: positiveOf(query.page) ?? 1 }),
    () => ({}),
  )

export interface PagedList<Answer> {
  /** The last page that was loaded. */
  data: Ref<Answer | null>
  rows: ComputedRef<Answer extends Page<infer Row> ? Row[] : never>
  count: ComputedRef<number>
  loading: Ref<boolean>
  error: Ref<ApiError | null>
  reload: () => Promise<void>
}

/**
 * Loads a page of rows whenever `query` changes; a query of null shows nothing. A 404 beyond the first
 * page means that the page no longer exists, and leads to the first one.
 */
export function usePagedList<Query extends { page: number }, Answer extends Page<unknown>>(
  query: () => Query | null,
  fetchPage: (query: Query, signal: AbortSignal) => Promise<Answer>,
): PagedList<Answer> {
  const route = useRoute()
  const router = useRouter()
  const { data, error, loading, load, drop } = useLoad(
    (signal, wanted: Query) => fetchPage(wanted, signal),
    keptAnswers<Answer, [Query]>(String(route.name)),
  )
  type Rows = Answer extends Page<infer Row> ? Row[] : never

  async function reload(): Promise<void> {
    const wanted = query()
    if (wanted) await load(wanted)
    else drop()
  }

  watch(() => JSON.stringify(query()), reload, { immediate: true })
  watch(error, (failure) => {
    if (failure?.status !== 404 || (query()?.page ?? 1) < 2) return
    void router.replace({ query: { ...route.query, page: undefined } })
  })

  return {
    data,
    rows: computed(() => (data.value?.results ?? []) as Rows),
    count: computed(() => data.value?.count ?? 0),
    loading,
    error,
    reload,
  }
}
