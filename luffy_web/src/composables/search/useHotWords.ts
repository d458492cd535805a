import { createSharedComposable } from '@vueuse/core'
import { computed, type ComputedRef } from 'vue'

import { fetchHotWords } from '@/api/search'

import { inOwnTask } from '@/composables/base/inOwnTask'
import { useLoad } from '@/composables/base/useLoad'

const COUNT = 8

/** One request for all who are on the page. The header is on every page, and these words are what is missed last. */
const useSharedLoad = createSharedComposable(() => {
  const shared = useLoad(fetchHotWords)
  inOwnTask(() => void shared.load())
  return shared
})

/**
 * Popular search words; none when they cannot be loaded, because the search box works without them. `settled` is
 * whether they have come, or will not.
 */
export function useHotWords(): { hotWords: ComputedRef<string[]>; settled: ComputedRef<boolean> } {
  const { data, error, load } = useSharedLoad()
  const hotWords = computed(() => data.value?.slice(0, COUNT) ?? [])
  // Who comes after a failure tries again, for all.
  if (error.value) void load()
  return { hotWords, settled: computed(() => data.value !== null || error.value !== null) }
}
