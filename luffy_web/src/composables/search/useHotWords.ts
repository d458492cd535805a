import { computed, type ComputedRef } from 'vue'

import { fetchHotWords } from '@/api/search'

import { inOwnTask } from '@/composables/base/inOwnTask'
import { useLoad } from '@/composables/base/useLoad'

const COUNT = 8

/**
 * Popular search words; none when they cannot be loaded, because the search box works without them. `settled` is
 * whether they have come, or will not.
 */
export function useHotWords(): { hotWords: ComputedRef<string[]>; settled: ComputedRef<boolean> } {
  const { data, error, load } = useLoad(fetchHotWords)
  const hotWords = computed(() => data.value?.slice(0, COUNT) ?? [])
  // The header is on every page, and these words are what is missed last.
  inOwnTask(() => void load())
  return { hotWords, settled: computed(() => data.value !== null || error.value !== null) }
}
