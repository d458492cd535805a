import { computed, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { searchCourses } from '@/api/search'
import { positiveOf, textOf } from '@/format/query'
import { CourseKind } from '@/types'

import { useFirstPage } from './useFirstPage'
import { useLoad } from './useLoad'

const KINDS = [CourseKind.Free, CourseKind.Actual, CourseKind.Light]

/** The courses found for a word; word, shelf and page stand in the query string. */
export function useSearch() {
  const route = useRoute()
  const router = useRouter()

  const word = computed(() => textOf(route.query.word).trim())
  const kind = computed(() => KINDS.find((known) => known === positiveOf(route.query.kind)))
  const page = computed(() => positiveOf(route.query.page) ?? 1)

  const { data, error, loading, load } = useLoad((signal) =>
    searchCourses({ search: word.value, kind: kind.value, page: page.value }, signal),
  )
  useFirstPage(error)
  const hits = computed(() => data.value?.results ?? [])
  const count = computed(() => data.value?.count ?? 0)
  const didYouMean = computed(() => data.value?.didYouMean ?? null)

  function search() {
    if (word.value) return load()
    data.value = null
    loading.value = false
  }
  const narrow = (to: CourseKind | undefined) =>
    void router.push({ query: { word: word.value, kind: to } })
  const go = (next: number) =>
    void router.push({ query: { ...route.query, page: next > 1 ? next : undefined } })

  watch([word, kind, page], search, { immediate: true })

  return { word, kind, page, hits, count, didYouMean, loading, error, retry: search, narrow, go }
}
