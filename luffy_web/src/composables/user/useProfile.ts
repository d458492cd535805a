import { fetchProfile, saveProfile } from '@/api/user'
import { useSessionStore } from '@/stores/session'
import type { Profile } from '@/types'

import * as rules from './fieldRules'
import { useDraft } from '@/composables/base/useDraft'
import { useForm, type Form } from '@/composables/base/useForm'
import { useLoad, type Load } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'

type Fields = Record<'nickname' | 'signature' | 'email', string>

interface ProfileForm extends Pick<Load<Profile>, 'error' | 'loading'> {
  profile: Load<Profile>['data']
  retry: () => Promise<void>
  form: Form<Fields>
}

const fieldsOf = ({ nickname, signature, email }: Profile): Fields => ({
  nickname: nickname ?? '',
  signature: signature ?? '',
  email: email ?? '',
})

/** The user's own profile and the form that changes it. */
export function useProfile(): ProfileForm {
  const session = useSessionStore()
  const { data: profile, error, loading, load } = useLoad(fetchProfile)

  function changes(): Fields | null {
    const stored = profile.value && fieldsOf(profile.value)
    const { nickname, signature, email } = form.fields
    const typed = { nickname, signature, email }
    return stored && JSON.stringify(stored) !== JSON.stringify(typed) ? typed : null
  }
  const { found, sending } = useDraft('profile', changes)

  async function save({ nickname, signature, email }: Fields) {
    const saved = await saveProfile({
      nickname: nickname.trim(),
      signature: signature.trim(),
      email: email.trim() || null,
    })
    profile.value = saved
    session.updateUser({ nickname: saved.nickname ?? '' })
    useNotice().tell('资料已保存。')
  }

  const form = useForm<Fields>(
    { nickname: '', signature: '', email: '' },
    { nickname: rules.nickname },
    (fields) => sending(() => save(fields)),
  )

  async function read() {
    await load()
    if (!profile.value) return
    Object.assign(form.fields, found?.data ?? fieldsOf(profile.value))
    if (found?.isToSend) await form.submit()
  }
  void read()

  return { profile, error, loading, retry: read, form }
}
