import { useRouter } from 'vue-router'

import { deleteAccount } from '@/api/user'
import { useDialogForm, type DialogForm } from '@/composables/base/useDialogForm'
import { useNotice } from '@/composables/base/useNotice'
import { useSite } from '@/composables/school/useSite'
import { useSessionStore } from '@/stores/session'

import * as rules from './fieldRules'

/** 注销账号: deletes the account after a confirmation with the password. */
export function useAccountDeletion(): DialogForm<{ password: string }> {
  const session = useSessionStore()
  const site = useSite()
  const router = useRouter()

  const { asked, ask, form } = useDialogForm(
    { password: '' },
    { password: rules.currentPassword },
    ({ password }) => deleteAccount(password),
    {
      accepted: async () => {
        await router.push({ name: 'home' })
        session.end()
        useNotice().tell(`账号已注销，感谢您在${site.value.name}的时光。`)
      },
    },
  )

  /** A password is typed anew each time. */
  function askAnew() {
    form.reset()
    ask()
  }

  return { asked, ask: askAnew, form }
}
