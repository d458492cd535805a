import { computed, onScopeDispose, readonly, ref, type ComputedRef, type DeepReadonly, type Ref } from 'vue'

import type { ApiError } from '@/api/errors'
import { waitFor } from '@/format/time'

export interface Notice {
  id: number
  tone: 'good' | 'warn'
  text: string
}

interface Notices {
  notices: DeepReadonly<Ref<Notice[]>>
  dismiss: (id: number) => void
  tell: (text: string) => void
  warn: (text: string) => void
  /** Shows the server's message and, for a rate limit, when the visitor may try again. */
  refuse: (error: Pick<ApiError, 'status' | 'msg' | 'retryAfter'>) => void
}

/** Milliseconds. */
const DISPLAY_TIME = 5000
const notices = ref<Notice[]>([])
let last = 0

function dismiss(id: number) {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

function say(tone: Notice['tone'], text: string) {
  const id = ++last
  notices.value = [...notices.value.filter((notice) => notice.text !== text), { id, tone, text }]
  setTimeout(() => dismiss(id), DISPLAY_TIME)
}

/** Short messages over the page, shared by all callers. */
export function useNotice(): Notices {
  return {
    notices: readonly(notices),
    dismiss,
    tell: (text) => say('good', text),
    warn: (text) => say('warn', text),
    refuse: ({ status, msg, retryAfter }) =>
      say('warn', status === 429 && retryAfter ? `${msg}（${waitFor(retryAfter)}后可以再试）` : msg),
  }
}

/** Where notices can be shown, the latest last. */
const regions = ref<symbol[]>([])

/** What this place shows: the notices are in the one that came last, which is over the others. */
export function useNoticeRegion(): { notices: ComputedRef<readonly Notice[]> } {
  const own = Symbol('region')
  regions.value = [...regions.value, own]
  onScopeDispose(() => (regions.value = regions.value.filter((region) => region !== own)))

  return { notices: computed(() => (regions.value.at(-1) === own ? notices.value : [])) }
}
