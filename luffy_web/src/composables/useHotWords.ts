import { computed } from 'vue'

import { fetchHotWords } from '@/api/search'

import { useLoad } from './useLoad'

const SHOWN = 8

/** What people search for. A box without hot words is still a box, so a failure stays silent. */
export function useHotWords() {
  const { data, load } = useLoad(fetchHotWords)
  const hotWords = computed(() => data.value?.slice(0, SHOWN) ?? [])
  void load()
  return { hotWords }
}
