import { computed, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { fetchMyCourses } from '@/api/course'
import { positiveOf } from '@/format/query'

import { useFirstPage } from './useFirstPage'
import { useLoad } from './useLoad'

export function useMyCourses() {
  const route = useRoute()
  const router = useRouter()
  const page = computed(() => positiveOf(route.query.page) ?? 1)

  const { data, error, loading, load } = useLoad((signal) => fetchMyCourses({ page: page.value }, signal))
  useFirstPage(error)
  const courses = computed(() => data.value?.results ?? [])
  const count = computed(() => data.value?.count ?? 0)
  const go = (next: number) => void router.push({ query: { page: next > 1 ? next : undefined } })

  watch(page, () => load(), { immediate: true })

  return { courses, count, page, loading, error, retry: load, go }
}
