import { shallowRef, type ShallowRef } from 'vue'

import { redeemCode } from '@/api/promotion'
import { useForm, type Form } from '@/composables/base/useForm'
import type { Redeemed } from '@/types'

interface RedeemCode extends Form<{ code: string }> {
  /** What the last code has brought. */
  redeemed: ShallowRef<Redeemed | null>
}

/** The form for a typed code; `done` is called when it has brought something. */
export function useRedeemCode(done: () => void): RedeemCode {
  const redeemed = shallowRef<Redeemed | null>(null)
  const form = useForm(
    { code: '' },
    { code: (value) => (value.trim() ? undefined : '请输入兑换码') },
    async ({ code }) => {
      redeemed.value = null
      redeemed.value = await redeemCode(code)
      form.reset()
      done()
    },
  )
  return { ...form, redeemed }
}
