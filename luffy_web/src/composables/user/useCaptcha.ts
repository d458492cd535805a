import { ref, type Ref } from 'vue'

import { ApiError, ErrorCode } from '@/api/errors'
import { createCaptcha } from '@/api/user'
import { useAction } from '@/composables/base/useAction'
import type { Captcha, CaptchaAnswer } from '@/types'

export interface CaptchaField {
  /** The picture to read; null while the server asks for none. */
  captcha: Ref<Captcha | null>
  text: Ref<string>
  error: Ref<string | undefined>
  /** Shows another picture. */
  refresh: () => Promise<void>
  refreshing: Ref<boolean>
  /** Calls `send` with what was read, and shows a (new) picture when the server asks for one. */
  guard: (send: (answer?: CaptchaAnswer) => Promise<void>) => Promise<void>
}

/** The captcha that the server asks for before a text message or a login. A picture is good for one answer. */
export function useCaptcha(): CaptchaField {
  const captcha = ref<Captcha | null>(null)
  const text = ref('')
  const error = ref<string>()

  /** How often a message was sent; a picture that was asked for before is not needed any more. */
  let sent = 0

  const { run: refresh, busy: refreshing } = useAction(async () => {
    const before = sent
    const picture = await createCaptcha()
    if (sent !== before) return
    captcha.value = picture
    text.value = ''
  })

  const answer = (): CaptchaAnswer | undefined =>
    captcha.value ? { captcha_id: captcha.value.id, captcha_text: text.value.trim() } : undefined

  async function guard(send: (answer?: CaptchaAnswer) => Promise<void>): Promise<void> {
    if (captcha.value && !text.value.trim()) {
      error.value = '请输入图片中的字符'
      return
    }
    error.value = undefined
    try {
      await send(answer())
      sent++
      captcha.value = null
    } catch (refusal) {
      const isAsked = refusal instanceof ApiError && refusal.code === ErrorCode.CaptchaRequired
      // Whatever the server answered, it has used the picture up.
      if (isAsked || captcha.value) await refresh()
      if (!isAsked) throw refusal
      error.value = refusal.msg
    }
  }

  return { captcha, text, error, refresh, refreshing, guard }
}
