import { describe, expect, it } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { answer } from '@/testing/server'

import { useAccountDeletion } from './useAccountDeletion'

async function profile() {
  answer('get', 'user/profile/', { data: { has_password: true } })
  return (await run(useAccountDeletion, { at: '/user/profile', loggedIn: true })).result
}

describe('useAccountDeletion', () => {
  it('ends the session once the account is deleted', async () => {
    const calls = answer('post', 'user/close/', {})
    const { asked, opening, form } = await profile()
    await opening.run()

    form.fields.password = 'right'
    await form.submit()

    expect(calls.map(({ body }) => body)).toEqual([{ password: 'right' }])
    expect([asked.value, useSessionStore().isLoggedIn]).toEqual([false, false])
  })

  it('keeps the account and the question after a wrong password, and forgets it when asked again', async () => {
    answer('post', 'user/close/', { status: 400, msg: '密码不正确', errors: { password: ['密码不正确'] } })
    const { asked, opening, form } = await profile()
    await opening.run()
    form.fields.password = 'wrong'
    await form.submit()
    expect([asked.value, form.errors.value.password]).toEqual([true, '密码不正确'])
    expect(useSessionStore().isLoggedIn).toBe(true)

    await opening.run()

    expect([form.fields.password, form.errors.value]).toEqual(['', {}])
  })
})
