import { shallowRef, type ShallowRef } from 'vue'

import { redeemCode } from '@/api/promotion'
import { useDraft } from '@/composables/base/useDraft'
import { useForm, type Form } from '@/composables/base/useForm'
import type { Redeemed } from '@/types'

interface RedeemCode extends Form<{ code: string }> {
  /** What the last code has brought. */
  redeemed: ShallowRef<Redeemed | null>
}

/**
 * The form for a typed code; `done` is called when it has brought something. A code that was typed when the
 * session ended is there again after the login.
 */
export function useRedeemCode(done: () => void): RedeemCode {
  const redeemed = shallowRef<Redeemed | null>(null)
  const { found, sending } = useDraft('code', () => form.fields.code.trim() || null)
  const form = useForm(
    { code: '' },
    { code: (value) => (value.trim() ? undefined : '请输入兑换码') },
    async ({ code }) => {
      redeemed.value = null
      await sending(async () => {
        redeemed.value = await redeemCode(code)
      })
      form.reset()
      done()
    },
  )
  if (found) form.fields.code = found.data
  if (found?.isToSend) void form.submit()
  return { ...form, redeemed }
}
