import type { ComputedRef } from 'vue'

import { fetchCertificates } from '@/api/certificate'
import { usePagedList, usePageState, type PagedList, type QueryState } from '@/composables/base/usePagedList'
import type { Certificate, Page } from '@/types'

interface Certificates extends QueryState<{ page: number }>, Omit<PagedList<Page<Certificate>>, 'data' | 'rows'> {
  certificates: ComputedRef<Certificate[]>
}

/** My certificates, the newest first. */
export function useCertificates(): Certificates {
  const { state, change } = usePageState()
  const { rows, count, loading, error, reload } = usePagedList(() => state.value, fetchCertificates)

  return { state, change, certificates: rows, count, loading, error, reload }
}
