import { changePassword } from '@/api/user'
import { useSessionStore } from '@/stores/session'

import * as rules from './fieldRules'
import { useForm, type Form } from '@/composables/base/useForm'
import { useNotice } from '@/composables/base/useNotice'

/** Changes the password. The server ends all sessions and returns a new token for this one. */
export function usePasswordChange(): Form<{ old_password: string; password: string }> {
  const session = useSessionStore()
  const form = useForm(
    { old_password: '', password: '' },
    { old_password: rules.currentPassword, password: rules.newPassword },
    async ({ old_password, password }) => {
      session.start(await changePassword(old_password, password))
      form.reset()
      useNotice().tell('密码已修改，其他设备需要重新登录。')
    },
  )
  return form
}
