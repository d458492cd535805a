import { createSharedComposable, useEventListener } from '@vueuse/core'
import { shallowRef } from 'vue'

import { wordOf } from '@/format/word'
import { storageOf } from '@/stores/storage'

const KEY = 'luffy.searched'
const KEPT = 10

const fold = (word: string) => word.normalize('NFKC').toLowerCase()
const sameAs = (word: string) => (other: string) => fold(other) === fold(word)

/** Distinct words, the last one first; whatever else stood in the storage is left out. */
function tidy(values: unknown): string[] {
  if (!Array.isArray(values)) return []
  const words = values.filter((value) => typeof value === 'string').map(wordOf).filter(Boolean)
  return words.filter((word, at) => words.findIndex(sameAs(word)) === at).slice(0, KEPT)
}

function parse(text: string | null): string[] {
  try {
    return tidy(JSON.parse(text ?? '[]'))
  } catch {
    return []
  }
}

/** What was searched for on this device. It never leaves it, and all tabs share it. */
export const useSearchHistory = createSharedComposable(() => {
  const storage = storageOf('localStorage')
  const words = shallowRef(parse(storage.getItem(KEY)))

  function keep(next: string[]) {
    words.value = next
    try {
      storage.setItem(KEY, JSON.stringify(next))
    } catch {
      // It is full: the words are forgotten with the page.
    }
  }
  const remember = (word: string) => keep(tidy([word, ...words.value]))
  const forget = (word: string) => keep(words.value.filter((kept) => kept !== word))
  const clear = () => keep([])

  useEventListener(window, 'storage', ({ key, newValue }) => {
    if (key === KEY || key === null) words.value = parse(newValue)
  })

  return { words, remember, forget, clear }
})
