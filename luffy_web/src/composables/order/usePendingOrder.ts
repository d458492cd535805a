import { computed, watch, type ComputedRef } from 'vue'

import { fetchPendingOrders } from '@/api/order'
import { useSessionStore } from '@/stores/session'
import type { CourseDetail, Order } from '@/types'

import { useLoad } from '@/composables/base/useLoad'

interface PendingOrder {
  order: ComputedRef<Order | undefined>
  reload: () => Promise<void>
}

/** The visitor's unpaid, unexpired order for exactly this course. */
export function usePendingOrder(course: () => CourseDetail): PendingOrder {
  const session = useSessionStore()
  const { data, load } = useLoad((signal) => fetchPendingOrders(course().id, signal))
  const wanted = computed(() => session.user !== null && !course().owned)
  const order = computed(() => {
    if (!wanted.value) return undefined
    return data.value?.results.find(
      ({ courses, expires_at }) => courses.length === 1 && Date.parse(expires_at) > Date.now(),
    )
  })

  watch(
    [wanted, () => course().id],
    () => {
      if (wanted.value) void load()
    },
    { immediate: true },
  )

  return { order, reload: load }
}
