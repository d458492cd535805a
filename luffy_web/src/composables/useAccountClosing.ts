import { ref } from 'vue'
import { useRouter } from 'vue-router'

import { closeAccount } from '@/api/user'
import { useSessionStore } from '@/stores/session'

import * as rules from './fieldRules'
import { useForm } from './useForm'
import { useNotice } from './useNotice'

/** Closes the account for good, once its owner has read what happens and given the password. */
export function useAccountClosing() {
  const session = useSessionStore()
  const router = useRouter()
  const asked = ref(false)

  const form = useForm({ password: '' }, { password: rules.currentPassword }, async ({ password }) => {
    await closeAccount(password)
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
