import { changePassword } from '@/api/user'
import { useSessionStore } from '@/stores/session'

import * as rules from './fieldRules'
import { useForm } from './useForm'
import { useNotice } from './useNotice'

/** A new password ends every older login but this one, which is given a new token. */
export function usePasswordChange() {
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
