import { watchDebounced } from '@vueuse/core'
import { computed, watch, type ComputedRef } from 'vue'

import { fetchSuggestions, type Suggestion } from '@/api/search'

import { useLoad } from '@/composables/base/useLoad'

/** Milliseconds. */
const DEBOUNCE = 180

/**
 * Completions for the word being typed, requested after a pause and only while `wanted`; none when the
 * request fails, because the search box works without them.
 */
export function useSuggestions(word: () => string, wanted: () => boolean): ComputedRef<Suggestion[]> {
  const { data, error, load, drop } = useLoad(async (signal, asked: string) => ({
    asked,
    words: await fetchSuggestions(asked, signal),
  }))

  /** Completions of a shorter or longer prefix stay until the next answer; those of another word are wrong. */
  const fits = (asked: string) => asked.startsWith(word()) || word().startsWith(asked)
  const suggestions = computed(() =>
    data.value && word() && fits(data.value.asked) ? data.value.words : [],
  )

  watchDebounced(
    [word, wanted],
    () => {
      if (word() && wanted() && data.value?.asked !== word()) void load(word())
    },
    { debounce: DEBOUNCE },
  )
  watch(error, (failure) => {
    if (failure) drop()
  })

  return suggestions
}
