import { ref, type Ref } from 'vue'
import { useRouter } from 'vue-router'

import { deleteAccount, fetchProfile } from '@/api/user'
import { useAction, type Action } from '@/composables/base/useAction'
import { useDialogForm, type DialogForm } from '@/composables/base/useDialogForm'
import { useNotice } from '@/composables/base/useNotice'
import { useSite } from '@/composables/school/useSite'
import { useSessionStore } from '@/stores/session'

import * as rules from './fieldRules'

type Proof = Record<'code' | 'password', string>

interface AccountDeletion extends Pick<DialogForm<Proof>, 'asked' | 'form'> {
  /** Asks the server how the student has to confirm it, and opens the dialog. */
  opening: Action
  hasPassword: Ref<boolean>
}

/** 注销账号: deletes the account after a confirmation with the password, or without one with a code. */
export function useAccountDeletion(): AccountDeletion {
  const session = useSessionStore()
  const site = useSite()
  const router = useRouter()

  const hasPassword = ref(true)
  const { asked, ask, form } = useDialogForm<Proof>(
    { code: '', password: '' },
    {
      code: (value) => (hasPassword.value ? undefined : rules.smsCode(value)),
      password: (value) => (hasPassword.value ? rules.currentPassword(value) : undefined),
    },
    ({ code, password }) => deleteAccount(hasPassword.value ? { password } : { code: code.trim() }),
    {
      accepted: async () => {
        await router.push({ name: 'home' })
        session.end()
        useNotice().tell(`账号已注销，感谢您在${site.value.name}的时光。`)
      },
    },
  )

  const opening = useAction(async () => {
    hasPassword.value = (await fetchProfile()).has_password
    // What proves who is there is typed anew each time.
    form.reset()
    ask()
  })

  return { asked, form, opening, hasPassword }
}
