import { useDocumentVisibility } from '@vueuse/core'
import { onMounted, onScopeDispose, readonly, ref, watch, type DeepReadonly, type Ref } from 'vue'

import { fetchUnread } from '@/api/inbox'

/** Milliseconds. A page is shown and used before the number is asked for. */
const DELAY = 2000
/** The number is not asked for again before. */
const INTERVAL = 60_000
const unread = ref(0)
let askedAt = -INTERVAL

interface Unread {
  /** At most 100, which also stands for more. */
  unread: DeepReadonly<Ref<number>>
  know: (count: number) => void
  /** One of them was read. */
  lower: () => void
}

/** The number of unread messages, shared by the bell and the list. */
export function useUnread(): Unread {
  const know = (count: number) => (unread.value = count)
  return { unread: readonly(unread), know, lower: () => know(Math.max(0, unread.value - 1)) }
}

async function ask(): Promise<void> {
  const now = performance.now()
  if (document.visibilityState !== 'visible' || now - askedAt < INTERVAL) return
  askedAt = now
  // Without an answer the bell shows what it knows.
  unread.value = await fetchUnread().catch(() => unread.value)
}

/** Asks for the number of the student who is logged in: some time after the page, and when its tab is seen again. */
export function useUnreadUpdates(): void {
  const visibility = useDocumentVisibility()
  let timer: ReturnType<typeof setTimeout> | undefined

  onMounted(() => (timer = setTimeout(() => void ask(), DELAY)))
  watch(visibility, () => void ask())
  onScopeDispose(() => {
    clearTimeout(timer)
    unread.value = 0
    askedAt = -INTERVAL
  })
}
