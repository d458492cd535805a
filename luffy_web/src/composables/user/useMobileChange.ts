import { changeMobile } from '@/api/user'
import { plainMobile } from '@/format/mobile'
import { useSessionStore } from '@/stores/session'

import * as rules from './fieldRules'
import { useForm, type Form } from '@/composables/base/useForm'
import { useNotice } from '@/composables/base/useNotice'

/** Changes the mobile of the account: one code proves the old number, another the new one. */
export function useMobileChange(): Form<{ old_code: string; mobile: string; code: string }> {
  const session = useSessionStore()
  const form = useForm(
    { old_code: '', mobile: '', code: '' },
    { old_code: rules.smsCode, mobile: rules.mobile, code: rules.smsCode },
    async ({ old_code, mobile, code }) => {
      const { mobile: masked } = await changeMobile({
        old_code: old_code.trim(),
        mobile: plainMobile(mobile),
        code: code.trim(),
      })
      session.updateUser({ mobile: masked })
      form.reset()
      useNotice().tell(`手机号已更换为 ${masked}。`)
    },
  )
  return form
}
