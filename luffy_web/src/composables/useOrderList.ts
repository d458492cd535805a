import { computed, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { fetchOrders } from '@/api/order'
import { positiveOf, textOf } from '@/format/query'
import { OrderStatus } from '@/types'

import { useFirstPage } from './useFirstPage'
import { useLoad } from './useLoad'

const STATES = [
  OrderStatus.Unpaid,
  OrderStatus.Paid,
  OrderStatus.Cancelled,
  OrderStatus.TimedOut,
  OrderStatus.Refunded,
]

/** My orders, narrowed by state; the query string is the state of the page. */
export function useOrderList() {
  const route = useRoute()
  const router = useRouter()

  const page = computed(() => positiveOf(route.query.page) ?? 1)
  const status = computed(() => STATES.find((state) => String(state) === textOf(route.query.status)))

  const { data, error, loading, load } = useLoad((signal) =>
    fetchOrders({ order_status: status.value, page: page.value }, signal),
  )
  useFirstPage(error)
  const orders = computed(() => data.value?.results ?? [])
  const count = computed(() => data.value?.count ?? 0)

  function go(next: number) {
    void router.push({ query: { ...route.query, page: next > 1 ? next : undefined } })
  }
  const narrow = (to: OrderStatus | undefined) => void router.push({ query: { status: to } })

  watch([page, status], () => load(), { immediate: true })

  return { orders, count, page, status, loading, error, reload: load, go, narrow }
}
