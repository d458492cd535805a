import { readonly, ref } from 'vue'

import type { ApiError } from '@/api/errors'
import { waitFor } from '@/format/time'

export interface Notice {
  id: number
  tone: 'good' | 'warn'
  text: string
}

const SHOWN_FOR = 5000
const notices = ref<Notice[]>([])
let last = 0

function dismiss(id: number) {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

function say(tone: Notice['tone'], text: string) {
  const id = ++last
  notices.value = [...notices.value.filter((notice) => notice.text !== text), { id, tone, text }]
  setTimeout(() => dismiss(id), SHOWN_FOR)
}

/** Short messages over the page, the same for everybody who asks. */
export function useNotice() {
  return {
    notices: readonly(notices),
    dismiss,
    tell: (text: string) => say('good', text),
    warn: (text: string) => say('warn', text),
    /** What the server said against it, and when it may be asked again. */
    refuse: ({ status, msg, retryAfter }: ApiError) =>
      say('warn', status === 429 && retryAfter ? `${msg}（${waitFor(retryAfter)}后可以再试）` : msg),
  }
}
