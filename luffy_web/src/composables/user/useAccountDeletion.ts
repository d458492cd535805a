import { ref, type Ref } from 'vue'
import { useRouter } from 'vue-router'

import { deleteAccount } from '@/api/user'
import { useForm, type Form } from '@/composables/base/useForm'
import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'

import * as rules from './fieldRules'

interface AccountDeletion {
  /** Whether the confirmation is shown. */
  asked: Ref<boolean>
  ask: () => void
  form: Form<{ password: string }>
}

/** 注销账号: deletes the account after a confirmation with the password. */
export function useAccountDeletion(): AccountDeletion {
  const session = useSessionStore()
  const router = useRouter()
  const asked = ref(false)

  const form = useForm({ password: '' }, { password: rules.currentPassword }, async ({ password }) => {
    await deleteAccount(password)
    asked.value = false
    await router.push({ name: 'home' })
    session.end()
    useNotice().tell('账号已注销，感谢您在 Luffy 学堂的时光。')
  })

  function ask() {
    form.reset()
    asked.value = true
  }

  return { asked, ask, form }
}
