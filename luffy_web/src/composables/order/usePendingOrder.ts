import { computed, watch, type ComputedRef } from 'vue'

import { fetchPendingOrders } from '@/api/order'
import { serverNow } from '@/api/serverTime'
import { useSessionStore } from '@/stores/session'
import type { CourseDetail, ListedOrder } from '@/types'

import { useLoad } from '@/composables/base/useLoad'

interface PendingOrder {
  order: ComputedRef<ListedOrder | undefined>
  reload: () => Promise<void>
}

/** The visitor's order for exactly this course that can be paid, or whose money is being checked. */
export function usePendingOrder(course: () => CourseDetail): PendingOrder {
  const session = useSessionStore()
  const { data, load, drop } = useLoad((signal) => fetchPendingOrders(course().id, signal))
  const wanted = computed(() => session.user !== null && !course().owned)
  const order = computed(() => {
    if (!wanted.value) return undefined
    return data.value?.results.find(
      ({ courses: [first, ...others], expires_at, payment_refusal, awaits_offline_payment }) =>
        first?.id === course().id &&
        others.length === 0 &&
        (awaits_offline_payment || (!payment_refusal && Date.parse(expires_at) > serverNow())),
    )
  })

  watch(
    [wanted, () => course().id, () => session.user?.id],
    () => {
      drop()
      if (wanted.value) void load()
    },
    { immediate: true },
  )

  return { order, reload: () => (wanted.value ? load() : Promise.resolve()) }
}
