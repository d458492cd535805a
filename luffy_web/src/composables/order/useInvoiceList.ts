import type { ComputedRef } from 'vue'

import { fetchInvoices } from '@/api/order'
import { usePagedList, usePageState, type PagedList, type QueryState } from '@/composables/base/usePagedList'
import type { Invoice, Page } from '@/types'

interface InvoiceList extends QueryState<{ page: number }>, Omit<PagedList<Page<Invoice>>, 'data' | 'rows'> {
  invoices: ComputedRef<Invoice[]>
}

/** My invoices, the newest first. */
export function useInvoiceList(): InvoiceList {
  const { state, change } = usePageState()
  const { rows, count, loading, error, reload } = usePagedList(() => state.value, fetchInvoices)

  return { state, change, invoices: rows, count, loading, error, reload }
}
