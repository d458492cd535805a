import { fetchProfile, saveProfile } from '@/api/user'
import { useSessionStore } from '@/stores/session'

import * as rules from './fieldRules'
import { useForm } from './useForm'
import { useLoad } from './useLoad'
import { useNotice } from './useNotice'

/** My own data, and the form that changes it. */
export function useProfile() {
  const session = useSessionStore()
  const { data: profile, error, loading, load } = useLoad(fetchProfile)

  const form = useForm(
    { nickname: '', signature: '', email: '' },
    { nickname: rules.nickname },
    async ({ nickname, signature, email }) => {
      const saved = await saveProfile({
        nickname: nickname.trim(),
        signature: signature.trim(),
        email: email.trim() || null,
      })
      profile.value = saved
      session.updateUser({ nickname: saved.nickname ?? '' })
      useNotice().tell('资料已保存。')
    },
  )

  async function read() {
    await load()
    if (!profile.value) return
    form.fields.nickname = profile.value.nickname ?? ''
    form.fields.signature = profile.value.signature ?? ''
    form.fields.email = profile.value.email ?? ''
  }
  void read()

  return { profile, error, loading, retry: read, form }
}
