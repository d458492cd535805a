import { describe, expect, it } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { answer } from '@/testing/server'

import { useMobileChange } from './useMobileChange'

async function filled(values: { old_code: string; mobile: string; code: string }) {
  const { result } = await run(useMobileChange, { loggedIn: true })
  Object.assign(result.fields, values)
  return result
}

describe('useMobileChange', () => {
  it('sends the plain number and both codes, and shows the new number', async () => {
    const calls = answer('put', 'user/mobile/', { data: { mobile: '139****0002' } })
    const form = await filled({ old_code: ' 123456 ', mobile: '+86 139 0000 0002', code: '654321 ' })

    await form.submit()

    expect(calls[0]?.body).toEqual({ old_code: '123456', mobile: '13900000002', code: '654321' })
    expect(useSessionStore().user?.mobile).toBe('139****0002')
    expect(form.fields).toEqual({ old_code: '', mobile: '', code: '' })
  })

  it('sends nothing while a field is invalid', async () => {
    const calls = answer('put', 'user/mobile/', { data: { mobile: '139****0002' } })
    const form = await filled({ old_code: '123456', mobile: '139', code: '654321' })

    await form.submit()

    expect(calls).toEqual([])
    expect(form.errors.value.mobile).toBe('请输入 11 位手机号')
  })

  it('keeps what was typed when the server refuses a code', async () => {
    answer('put', 'user/mobile/', { status: 400, errors: { code: ['验证码错误或已过期'] } })
    const form = await filled({ old_code: '123456', mobile: '13900000002', code: '654321' })

    await form.submit()

    expect(form.errors.value.code).toBe('验证码错误或已过期')
    expect(form.fields.mobile).toBe('13900000002')
  })
})
