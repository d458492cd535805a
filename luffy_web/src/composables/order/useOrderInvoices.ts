import { computed, watch, type ComputedRef } from 'vue'

import { fetchInvoiceableOrders, fetchInvoices } from '@/api/order'
import { useLoad, type Load } from '@/composables/base/useLoad'
import type { Invoice, InvoiceableOrder, Order } from '@/types'

/** As many as one page of the API holds. */
const NEWEST = 50

interface OrderInvoices extends Pick<Load<unknown>, 'error'> {
  /** Null until they are loaded. */
  invoices: ComputedRef<Invoice[] | null>
  /** What another invoice would be for; undefined when none may be asked for. */
  invoiceable: ComputedRef<InvoiceableOrder | undefined>
  reload: () => Promise<void>
}

/** The invoices of one order; a refund changes them, so they are loaded again with the order. */
export function useOrderInvoices(order: () => Order): OrderInvoices {
  const { data, error, load } = useLoad(async (signal) => {
    const of = { order: order().out_trade_no }
    const [invoices, orders] = await Promise.all([
      fetchInvoices({ ...of, page_size: NEWEST }, signal),
      fetchInvoiceableOrders(of, signal),
    ])
    return { invoices: invoices.results, invoiceable: orders.results[0] }
  })

  watch(order, () => load(), { immediate: true })

  return {
    invoices: computed(() => data.value?.invoices ?? null),
    invoiceable: computed(() => data.value?.invoiceable),
    error,
    reload: load,
  }
}
