import { describe, expect, it } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { aSession } from '@/testing/samples'
import { answer } from '@/testing/server'

import { useMobileChange } from './useMobileChange'
import { usePasswordChange } from './usePasswordChange'

describe('usePasswordChange', () => {
  it('continues with the new token, and clears the form', async () => {
    answer('put', 'user/password/', { data: aSession({ token: 'token-2' }) })
    const { result: form } = await run(usePasswordChange, { loggedIn: true })
    Object.assign(form.fields, { old_password: 'old-horse', password: 'new-horse-8' })

    await form.submit()

    expect(localStorage.getItem('luffy.session')).toContain('token-2')
    expect(form.fields).toEqual({ old_password: '', password: '' })
  })

  it('keeps what was typed when the old password is wrong', async () => {
    answer('put', 'user/password/', { status: 400, errors: { old_password: ['当前密码不正确'] } })
    const { result: form } = await run(usePasswordChange, { loggedIn: true })
    Object.assign(form.fields, { old_password: 'wrong', password: 'new-horse-8' })

    await form.submit()

    expect(form.errors.value.old_password).toBe('当前密码不正确')
    expect(form.fields.password).toBe('new-horse-8')
  })
})

describe('useMobileChange', () => {
  it('sends normalized fields, and shows the new masked mobile', async () => {
    const calls = answer('put', 'user/mobile/', { data: { mobile: '139****0002' } })
    const { result: form } = await run(useMobileChange, { loggedIn: true })
    Object.assign(form.fields, { old_code: ' 111111', mobile: '139 0000 0002', code: '222222 ' })

    await form.submit()

    expect(calls[0]?.body).toEqual({ old_code: '111111', mobile: '13900000002', code: '222222' })
    expect(useSessionStore().user?.mobile).toBe('139****0002')
    expect(form.fields.mobile).toBe('')
  })
})
