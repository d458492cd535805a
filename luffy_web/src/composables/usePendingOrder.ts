import { computed, watch } from 'vue'

import { fetchPendingOrders } from '@/api/order'
import { useSessionStore } from '@/stores/session'
import type { CourseDetail } from '@/types'

import { useLoad } from './useLoad'

/** The visitor's own order for just this course that still waits for its payment. */
export function usePendingOrder(course: () => CourseDetail) {
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
