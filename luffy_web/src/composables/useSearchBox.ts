import { refDebounced } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { fetchSuggestions } from '@/api/search'
import { textOf } from '@/format/query'

import { useLoad } from './useLoad'

const TYPING_PAUSE = 180

/** The search box: what is typed, the completions for it, and the one that the arrow keys stand on. */
export function useSearchBox() {
  const route = useRoute()
  const router = useRouter()
  const typed = ref('')
  const settled = refDebounced(typed, TYPING_PAUSE)
  const open = ref(false)
  const active = ref(-1)

  const { data, load } = useLoad((signal, word: string) => fetchSuggestions(word, signal))
  const suggestions = computed(() => (open.value && typed.value.trim() ? (data.value ?? []) : []))

  function search(word = suggestions.value[active.value] ?? typed.value) {
    const wanted = word.trim()
    if (!wanted) return
    typed.value = wanted
    open.value = false
    void router.push({ name: 'search', query: { word: wanted } })
  }

  function move(step: 1 | -1) {
    const rows = suggestions.value.length
    active.value = rows > 0 ? ((active.value + 1 + step + rows + 1) % (rows + 1)) - 1 : -1
  }

  watch(settled, (word) => {
    active.value = -1
    if (open.value && word.trim()) void load(word.trim())
  })
  watch(() => textOf(route.query.word), (word) => (typed.value = word), { immediate: true })

  return { typed, open, active, suggestions, search, move }
}
