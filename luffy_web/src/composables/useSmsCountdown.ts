import { useIntervalFn, useStorage } from '@vueuse/core'
import { computed, ref } from 'vue'

import { sendConfirmCode, sendSmsCode } from '@/api/user'
import { ApiError } from '@/api/errors'
import { storageOf } from '@/stores/storage'
import type { SmsPurpose } from '@/types'

const PAUSE = 60

/** A code for a mobile that is typed, or one for the account's own, which proves whose account it is. */
export type CodePurpose = SmsPurpose | 'confirm'

/** When each purpose may ask again. Kept for the tab, so that neither a dialog opened again nor a reload resets it. */
const readyAt = useStorage<Partial<Record<CodePurpose, number>>>('luffy.codes', {}, storageOf('sessionStorage'))

/** Asks for a short message code, then waits until another may be asked for. */
export function useSmsCountdown(purpose: CodePurpose) {
  const now = ref(Date.now())
  useIntervalFn(() => (now.value = Date.now()), 500)

  const sending = ref(false)
  const left = computed(() => Math.max(0, Math.ceil(((readyAt.value[purpose] ?? 0) - now.value) / 1000)))
  const mayAsk = computed(() => !sending.value && left.value === 0)

  function wait(seconds: number) {
    now.value = Date.now()
    readyAt.value = { ...readyAt.value, [purpose]: now.value + seconds * 1000 }
  }

  async function ask(mobile = ''): Promise<void> {
    if (!mayAsk.value) return
    sending.value = true
    try {
      await (purpose === 'confirm' ? sendConfirmCode() : sendSmsCode(mobile, purpose))
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
