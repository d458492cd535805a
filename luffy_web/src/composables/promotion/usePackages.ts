import { computed } from 'vue'

import { fetchPackages } from '@/api/promotion'
import { usePagedList, usePageState, type PagedList, type QueryState } from '@/composables/base/usePagedList'
import type { CoursePackageCard, Page } from '@/types'

export const PAGE_SIZE = 12

/** The packages that are sold, by the page in the query string. */
export function usePackages(): QueryState<{ page: number }> & Omit<PagedList<Page<CoursePackageCard>>, 'data'> {
  const { state, change } = usePageState()
  const query = computed(() => ({ page: state.value.page, page_size: PAGE_SIZE }))
  const { rows, count, loading, error, reload } = usePagedList(() => query.value, fetchPackages)
  return { state, change, rows, count, loading, error, reload }
}
