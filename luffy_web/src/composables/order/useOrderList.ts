import type { ComputedRef } from 'vue'

import { fetchOrders } from '@/api/order'
import { usePagedList, useQueryState, type PagedList, type QueryState } from '@/composables/base/usePagedList'
import { positiveOf, textOf } from '@/format/query'
import { OrderStatus, type ListedOrder, type Page } from '@/types'

const STATUSES = Object.values(OrderStatus).filter((value) => typeof value === 'number')

export interface OrderListState {
  status: OrderStatus | undefined
  page: number
}

interface OrderList extends QueryState<OrderListState>, Omit<PagedList<Page<ListedOrder>>, 'data' | 'rows'> {
  orders: ComputedRef<ListedOrder[]>
}

/** My orders, filtered by the status in the query string. */
export function useOrderList(): OrderList {
  const { state, change } = useQueryState<OrderListState>(
    (query) => ({
      status: STATUSES.find((status) => String(status) === textOf(query.status)),
      page: positiveOf(query.page) ?? 1,
    }),
    ({ status }) => ({ status }),
  )
  const { rows, count, loading, error, reload } = usePagedList(
    () => ({ order_status: state.value.status, page: state.value.page }),
    fetchOrders,
  )

  return { state, change, orders: rows, count, loading, error, reload }
}
