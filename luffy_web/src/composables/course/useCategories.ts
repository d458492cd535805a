import { useEventListener } from '@vueuse/core'
import { computed, type ComputedRef } from 'vue'

import { fetchCategories } from '@/api/course'
import { keptAnswers } from '@/composables/base/keptAnswers'
import { useLoad, type Load } from '@/composables/base/useLoad'
import type { CourseCategory } from '@/types'

/**
 * The categories of the course filter; null when they cannot be loaded, because the list works without them. They
 * come when the network is back. `settled` is whether they have come, or will not for now.
 */
export function useCategories(): { categories: Load<CourseCategory[]>['data']; settled: ComputedRef<boolean> } {
  const { data, error, load } = useLoad(fetchCategories, keptAnswers('course/category'))
  void load()
  useEventListener(window, 'online', () => {
    if (!data.value) void load()
  })
  return { categories: data, settled: computed(() => data.value !== null || error.value !== null) }
}
