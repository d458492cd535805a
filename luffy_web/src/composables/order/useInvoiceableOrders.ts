import { computed, type ComputedRef } from 'vue'

import { fetchOrders } from '@/api/order'
import { useLoad } from '@/composables/base/useLoad'
import { OrderStatus, type Invoice, type Order } from '@/types'

import { isLiveInvoice } from './useInvoices'

/** As many as one page of the API holds. */
const NEWEST = 50

interface InvoiceableOrders {
  orders: ComputedRef<Order[]>
  reload: () => Promise<void>
}

/** My newest paid orders that are on none of these invoices. */
export function useInvoiceableOrders(invoices: () => Invoice[]): InvoiceableOrders {
  const { data, load } = useLoad((signal) =>
    fetchOrders({ order_status: OrderStatus.Paid, page: 1, page_size: NEWEST }, signal),
  )
  const invoiced = computed(() => new Set(invoices().filter(isLiveInvoice).flatMap(({ orders }) => orders)))
  const orders = computed(
    () => data.value?.results.filter(({ out_trade_no }) => !invoiced.value.has(out_trade_no)) ?? [],
  )

  void load()

  return { orders, reload: load }
}
