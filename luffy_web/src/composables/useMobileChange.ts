import { changeMobile } from '@/api/user'
import { plainMobile } from '@/format/mobile'
import { useSessionStore } from '@/stores/session'

import * as rules from './fieldRules'
import { useForm } from './useForm'
import { useNotice } from './useNotice'

/** Moves the account to another mobile: a code proves the old number, another one the new. */
export function useMobileChange() {
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
