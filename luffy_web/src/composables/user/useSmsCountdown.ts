import { useIntervalFn, useStorage } from '@vueuse/core'
import { computed, ref, type ComputedRef, type Ref } from 'vue'

import { sendConfirmCode, sendSmsCode } from '@/api/user'
import { ApiError } from '@/api/errors'
import { storageOf } from '@/stores/storage'
import type { CaptchaAnswer, SmsPurpose } from '@/types'

/** Seconds between two codes. */
const INTERVAL = 60

/** `confirm` sends the code to the account's own mobile, the others to a given one. */
export type CodePurpose = SmsPurpose | 'confirm'

/** For each purpose the time (ms) of the next code; in the session storage, so that a reload does not reset it. */
const readyAt = useStorage<Partial<Record<CodePurpose, number>>>('luffy.codes', {}, storageOf('sessionStorage'))

interface SmsCountdown {
  /** Seconds until another code may be requested. */
  left: ComputedRef<number>
  mayAsk: ComputedRef<boolean>
  sending: Ref<boolean>
  /** Requests a code; raises ApiError. */
  ask: (mobile?: string, captcha?: CaptchaAnswer) => Promise<void>
}

/** Requests a text message code, then counts down until another one may be requested. */
export function useSmsCountdown(purpose: CodePurpose): SmsCountdown {
  const now = ref(Date.now())
  useIntervalFn(() => (now.value = Date.now()), 500)

  const sending = ref(false)
  const left = computed(() => Math.max(0, Math.ceil(((readyAt.value[purpose] ?? 0) - now.value) / 1000)))
  const mayAsk = computed(() => !sending.value && left.value === 0)

  function wait(seconds: number) {
    now.value = Date.now()
    readyAt.value = { ...readyAt.value, [purpose]: now.value + seconds * 1000 }
  }

  async function ask(mobile = '', captcha?: CaptchaAnswer): Promise<void> {
    if (!mayAsk.value) return
    sending.value = true
    try {
      await (purpose === 'confirm' ? sendConfirmCode(captcha) : sendSmsCode(mobile, purpose, captcha))
      wait(INTERVAL)
    } catch (error) {
      if (error instanceof ApiError && error.retryAfter) wait(error.retryAfter)
      throw error
    } finally {
      sending.value = false
    }
  }

  return { left, mayAsk, sending, ask }
}
