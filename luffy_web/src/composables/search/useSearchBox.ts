import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import type { Suggestion } from '@/api/search'
import { textOf } from '@/format/query'
import { wordOf } from '@/format/word'

import { useActiveRow } from './useActiveRow'
import { useImeComposition } from './useImeComposition'
import { useSearchHistory } from './useSearchHistory'
import { useSuggestions } from './useSuggestions'

export interface SearchRow {
  word: string
  from: 'suggestion' | 'history'
  /** What a suggestion is. */
  kind?: Suggestion['kind']
}

interface SearchBox {
  typed: Ref<string>
  open: Ref<boolean>
  rows: ComputedRef<SearchRow[]>
  /** Index of the active row, -1 for the field. */
  active: Ref<number>
  /** Event listeners of the field. */
  listeners: ReturnType<typeof useImeComposition>['listeners']
  press: (event: KeyboardEvent) => void
  /** By button or Enter, unless the Enter belongs to an input method. */
  submit: () => void
  search: (wanted?: string) => void
  forget: (word: string) => void
  clear: () => void
}

/**
 * The search box (ARIA combobox): the text, the list below it and its active row. The list shows
 * completions, or the search history while the text is empty. `searched` is called after every search.
 */
export function useSearchBox(searched: () => void = () => undefined): SearchBox {
  const route = useRoute()
  const router = useRouter()
  const typed = ref('')
  const open = ref(false)
  const word = computed(() => wordOf(typed.value))

  const { composing, busy, takes, listeners } = useImeComposition()
  const { words: history, remember, forget, clear } = useSearchHistory()
  const listening = computed(() => open.value && !composing.value)
  const suggestions = useSuggestions(() => word.value, () => listening.value)

  const rows = computed(() => {
    if (!listening.value) return []
    return word.value
      ? suggestions.value.map((row): SearchRow => ({ ...row, from: 'suggestion' }))
      : history.value.map((row): SearchRow => ({ word: row, from: 'history' }))
  })
  const { active, move, toFirst, toLast } = useActiveRow(() => rows.value)

  function search(wanted = rows.value[active.value]?.word ?? typed.value) {
    const next = wordOf(wanted)
    if (!next) return
    typed.value = next
    open.value = false
    remember(next)
    void router.push({ name: 'search', query: { word: next } })
    searched()
  }
  const submit = () => {
    if (!busy()) search()
  }

  function walk(step: 1 | -1) {
    open.value = true
    move(step)
  }
  function escape() {
    if (rows.value.length === 0) typed.value = ''
    open.value = false
  }

  const KEYS: Record<string, () => void> = {
    ArrowDown: () => walk(1),
    ArrowUp: () => walk(-1),
    Escape: escape,
  }
  /** Without an active row these keys move the caret. */
  const KEYS_IN_LIST: Record<string, () => void> = { Home: toFirst, End: toLast }

  function press(event: KeyboardEvent) {
    if (takes(event)) return
    const act = KEYS[event.key] ?? (active.value < 0 ? undefined : KEYS_IN_LIST[event.key])
    if (!act) return
    event.preventDefault()
    act()
  }

  watch(
    () => (route.name === 'search' ? textOf(route.query.word) : ''),
    (shown) => (typed.value = wordOf(shown)),
    { immediate: true },
  )

  return { typed, open, rows, active, listeners, press, submit, search, forget, clear }
}
