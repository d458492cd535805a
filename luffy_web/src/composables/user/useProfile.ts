import { fetchProfile, saveProfile } from '@/api/user'
import { useSessionStore } from '@/stores/session'
import type { Profile } from '@/types'

import * as rules from './fieldRules'
import { useForm, type Form } from '@/composables/base/useForm'
import { useLoad, type Load } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'

interface ProfileForm extends Pick<Load<Profile>, 'error' | 'loading'> {
  profile: Load<Profile>['data']
  retry: () => Promise<void>
  form: Form<{ nickname: string; signature: string; email: string }>
}

/** The user's own profile and the form that changes it. */
export function useProfile(): ProfileForm {
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
