import { useEventListener } from '@vueuse/core'
import { computed, onScopeDispose, ref, type ComputedRef, type Ref } from 'vue'

import { saveAnswer } from '@/api/course'
import { ApiError } from '@/api/errors'
import { useDraft } from '@/composables/base/useDraft'
import { useSessionStore } from '@/stores/session'

/** Characters; the server's maximum. */
export const MAX_ANSWER = 10_000

interface OwnAnswer {
  text: Ref<string>
  /** What is typed is on the server. */
  isSaved: ComputedRef<boolean>
  busy: Ref<boolean>
  error: Ref<string>
  save: () => Promise<void>
}

/**
 * The student's own answer to an exercise, saved when the field is left, with the button, and when the page
 * or the section is left. What was typed when the session ended is there again after the login.
 */
export function useOwnAnswer(sectionId: number, stored: string): OwnAnswer {
  const session = useSessionStore()
  const saved = ref(stored)
  const text = ref(stored)
  const busy = ref(false)
  const error = ref('')
  const isSaved = computed(() => text.value === saved.value)
  const { found, sending } = useDraft(`answer.${sectionId}`, () => (isSaved.value ? null : text.value))
  let isChanged = false

  async function send() {
    const mine = text.value
    error.value = ''
    try {
      await sending(() => saveAnswer(sectionId, mine))
      saved.value = mine
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause
      error.value = cause.about('text') ?? cause.msg
    }
  }

  async function save(): Promise<void> {
    isChanged = true
    if (busy.value) return
    busy.value = true
    while (isChanged && !isSaved.value) {
      isChanged = false
      await send()
    }
    busy.value = false
  }

  function leave() {
    if (session.isLoggedIn) void save()
  }
  useEventListener(window, 'pagehide', leave)
  onScopeDispose(leave)

  if (found) text.value = found.data
  if (found?.isToSend) void save()
  return { text, isSaved, busy, error, save }
}
