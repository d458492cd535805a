import { useIntervalFn, useSessionStorage } from '@vueuse/core'
import { computed, ref } from 'vue'

import { sendSmsCode } from '@/api/user'
import { ApiError } from '@/api/errors'
import type { SmsPurpose } from '@/types'

const PAUSE = 60

/** When each purpose may ask again. Kept for the tab, so that neither a dialog opened again nor a reload resets it. */
const readyAt = useSessionStorage<Partial<Record<SmsPurpose, number>>>('luffy.codes', {})

/** Asks for a short message code, then waits until another may be asked for. */
export function useSmsCountdown(purpose: SmsPurpose) {
  const now = ref(Date.now())
  useIntervalFn(() => (now.value = Date.now()), 500)

  const sending = ref(false)
  const left = computed(() => Math.max(0, Math.ceil(((readyAt.value[purpose] ?? 0) - now.value) / 1000)))
  const mayAsk = computed(() => !sending.value && left.value === 0)

  function wait(seconds: number) {
    now.value = Date.now()
    readyAt.value = { ...readyAt.value, [purpose]: now.value + seconds * 1000 }
  }

  async function ask(mobile: string): Promise<void> {
    if (!mayAsk.value) return
    sending.value = true
    try {
      await sendSmsCode(mobile, purpose)
      wait(PAUSE)
    } catch (fault) {
      if (fault instanceof ApiError && fault.retryAfter) wait(fault.retryAfter)
      throw fault
    } finally {
      sending.value = false
    }
  }

  return { left, mayAsk, sending, ask }
}
