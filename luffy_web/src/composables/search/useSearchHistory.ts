import { createSharedComposable, useEventListener } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'

import { wordOf } from '@/format/word'
import { storageOf } from '@/stores/storage'

const KEY = 'luffy.searched'
const MAX_WORDS = 10

const normalize = (word: string) => word.normalize('NFKC').toLowerCase()

/** The distinct words of a stored value, at most ten; anything else is dropped. */
function wordsOf(values: unknown): string[] {
  const words = new Map<string, string>()
  for (const value of Array.isArray(values) ? (values as unknown[]) : []) {
    const word = typeof value === 'string' ? wordOf(value) : ''
    if (word && !words.has(normalize(word))) words.set(normalize(word), word)
    if (words.size === MAX_WORDS) break
  }
  return [...words.values()]
}

function parse(text: string | null): string[] {
  try {
    return wordsOf(JSON.parse(text ?? '[]'))
  } catch {
    return []
  }
}

interface SearchHistory {
  words: ShallowRef<string[]>
  remember: (word: string) => void
  forget: (word: string) => void
  clear: () => void
}

/** The words searched for on this device, the latest first; shared by all tabs and never sent to the server. */
export const useSearchHistory = createSharedComposable((): SearchHistory => {
  const storage = storageOf('localStorage')
  const words = shallowRef(parse(storage.getItem(KEY)))

  function store(next: string[]) {
    words.value = next
    try {
      storage.setItem(KEY, JSON.stringify(next))
    } catch {
      // The quota is exceeded: the words last only as long as the page.
    }
  }
  const remember = (word: string) => store(wordsOf([word, ...words.value]))
  const forget = (word: string) => store(words.value.filter((other) => other !== word))
  const clear = () => store([])

  useEventListener(window, 'storage', ({ key, newValue }) => {
    if (key === KEY || key === null) words.value = parse(newValue)
  })

  return { words, remember, forget, clear }
})
