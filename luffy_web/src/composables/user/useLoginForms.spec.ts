import { describe, expect, it } from 'vitest'

import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { aSession } from '@/testing/samples'
import { answer } from '@/testing/server'

import { usePasswordLogin, usePasswordReset, useRegistration, useSmsLogin } from './useLoginForms'

const CASES = [
  ['user/login/', () => usePasswordLogin().form, { username: ' student ', password: ' p ' }, { username: 'student', password: ' p ' }],
  ['user/sms_login/', useSmsLogin, { mobile: '138 0000 0001', code: ' 246810' }, { mobile: '13800000001', code: '246810' }],
  [
    'user/register/',
    useRegistration,
    { mobile: '+8613800000001', code: '246810', password: ' correct horse ' },
    { mobile: '13800000001', code: '246810', password: ' correct horse ' },
  ],
  [
    'user/password/reset/',
    usePasswordReset,
    { mobile: '138-0000-0001', code: '246810 ', password: 'correct-horse' },
    { mobile: '13800000001', code: '246810', password: 'correct-horse' },
  ],
] as const

describe('the forms of the login dialog', () => {
  it.each(CASES)('%s starts the session with normalized fields', async (path, useLoginForm, typed, body) => {
    const calls = answer('post', path, { data: aSession() })
    const { result: form } = await run<{ fields: object; submit: () => Promise<void> }>(useLoginForm)

    Object.assign(form.fields, typed)
    await form.submit()

    expect(calls.map((call) => call.body)).toEqual([body])
    expect(useSessionStore().user?.username).toBe('student')
  })

  it('sends nothing incomplete, and says what is missing at each field', async () => {
    const calls = answer('post', 'user/register/', { data: aSession() })
    const { result: form } = await run(useRegistration)
    form.fields.mobile = '13800000001'

    await form.submit()

    expect(calls).toEqual([])
    expect(form.errors.value).toEqual({
      mobile: undefined,
      code: '请输入短信中的 6 位数字验证码',
      password: '密码至少 8 位',
    })
  })

  it('welcomes after a registration, not after a refusal', async () => {
    answer('post', 'user/register/', { status: 400, msg: '验证码不正确' })
    const { result: form } = await run(useRegistration)
    Object.assign(form.fields, { mobile: '13800000001', code: '246810', password: 'correct-horse' })
    await form.submit()
    expect(form.message.value).toBe('验证码不正确')
    expect(useSessionStore().isLoggedIn).toBe(false)

    answer('post', 'user/register/', { data: aSession() })
    await form.submit()

    expect(useNotice().notices.value.at(-1)?.text).toContain('注册成功')
  })
})
