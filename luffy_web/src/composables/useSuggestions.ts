import { watchDebounced } from '@vueuse/core'
import { computed, watch } from 'vue'

import { fetchSuggestions } from '@/api/search'

import { useLoad } from './useLoad'

const TYPING_PAUSE = 180

/**
 * Completions for what is being typed, asked for in its pauses and only while they are wanted.
 * A box without completions is still a box, so a failure stays silent.
 */
export function useSuggestions(word: () => string, wanted: () => boolean) {
  const { data, error, load, drop } = useLoad(async (signal, asked: string) => ({
    asked,
    words: await fetchSuggestions(asked, signal),
  }))

  /** What was asked a letter ago may stand until the next answer; for another word it would be wrong. */
  const fits = (asked: string) => asked.startsWith(word()) || word().startsWith(asked)
  const suggestions = computed(() =>
    data.value && word() && fits(data.value.asked) ? data.value.words : [],
  )

  watchDebounced(
    [word, wanted],
    () => {
      if (word() && wanted() && data.value?.asked !== word()) void load(word())
    },
    { debounce: TYPING_PAUSE },
  )
  watch(error, (fault) => {
    if (fault) drop()
  })

  return suggestions
}
