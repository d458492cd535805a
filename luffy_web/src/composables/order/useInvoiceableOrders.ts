import { computed, type ComputedRef } from 'vue'

import { fetchInvoiceableOrders } from '@/api/order'
import { useLoad } from '@/composables/base/useLoad'
import type { InvoiceableOrder } from '@/types'

/** As many as one page of the API holds, and as one invoice may be for. */
const NEWEST = 50

interface InvoiceableOrders {
  /** The newest of them. */
  orders: ComputedRef<InvoiceableOrder[]>
  /** How many there are. */
  count: ComputedRef<number>
  reload: () => Promise<void>
}

/** My paid orders that can be put on an invoice, and what it would say. */
export function useInvoiceableOrders(): InvoiceableOrders {
  const { data, load } = useLoad((signal) => fetchInvoiceableOrders({ page_size: NEWEST }, signal))

  void load()

  return {
    orders: computed(() => data.value?.results ?? []),
    count: computed(() => data.value?.count ?? 0),
    reload: load,
  }
}
