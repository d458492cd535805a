import { describe, expect, it, vi } from 'vitest'

import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { answer } from '@/testing/server'

import { useProfile } from './useProfile'

const PROFILE = { id: 1, username: 'student', nickname: '小帆', mobile: '138****0001', icon: null, signature: null, email: null }

async function profile() {
  answer('get', 'user/profile/', { data: PROFILE })
  const { result } = await run(useProfile, { loggedIn: true })
  await vi.waitFor(() => expect(result.profile.value).not.toBeNull())
  return result
}

describe('useProfile', () => {
  it('fills the form with the stored values', async () => {
    const { form } = await profile()

    await vi.waitFor(() => expect(form.fields).toEqual({ nickname: '小帆', signature: '', email: '' }))
  })

  it('saves trimmed values, an empty email as none, and shows the new nickname everywhere', async () => {
    const calls = answer('patch', 'user/profile/', { data: { ...PROFILE, nickname: '海上的人' } })
    const { form } = await profile()
    await vi.waitFor(() => expect(form.fields.nickname).toBe('小帆'))

    Object.assign(form.fields, { nickname: ' 海上的人 ', email: '  ' })
    await form.submit()

    expect(calls[0]?.body).toEqual({ nickname: '海上的人', signature: '', email: null })
    expect(useSessionStore().user?.nickname).toBe('海上的人')
    expect(useNotice().notices.value.at(-1)?.text).toBe('资料已保存。')
  })

  it('can be retried after a failure', async () => {
    answer('get', 'user/profile/', { status: 503, msg: '服务暂时不可用' })
    const { result } = await run(useProfile, { loggedIn: true })
    await vi.waitFor(() => expect(result.error.value?.msg).toBe('服务暂时不可用'))
    answer('get', 'user/profile/', { data: PROFILE })

    await result.retry()

    expect(result.form.fields.nickname).toBe('小帆')
  })
})
