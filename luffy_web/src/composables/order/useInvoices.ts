import { computed, type ComputedRef } from 'vue'

import { fetchInvoices } from '@/api/order'
import { useLoad, type Load } from '@/composables/base/useLoad'
import { InvoiceState, type Invoice, type Page } from '@/types'

/** As many as one page of the API holds. */
const NEWEST = 50

const LIVE: InvoiceState[] = [InvoiceState.Requested, InvoiceState.Issued, InvoiceState.ToReverse]

/** The orders of a live invoice cannot be on another one. */
export const isLiveInvoice = ({ state }: Invoice): boolean => LIVE.includes(state)

interface Invoices extends Pick<Load<Page<Invoice>>, 'error'> {
  /** Null until they are loaded. */
  invoices: ComputedRef<Invoice[] | null>
  reload: Load<Page<Invoice>>['load']
}

/** My invoices, the newest first; with a number only those of this order. */
export function useInvoices(outTradeNo?: () => string): Invoices {
  const { data, error, load } = useLoad((signal) =>
    fetchInvoices({ order: outTradeNo?.(), page_size: NEWEST }, signal),
  )

  void load()

  return { invoices: computed(() => data.value?.results ?? null), error, reload: load }
}
