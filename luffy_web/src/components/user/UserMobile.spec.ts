import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import UserMobile from './UserMobile.vue'

describe('UserMobile', () => {
  it('changes the mobile with a code from each number', async () => {
    const own = answer('post', 'user/confirm_code/', {})
    const sent = answer('post', 'user/sms_code/', {})
    const changed = answer('put', 'user/mobile/', { data: { mobile: '139****0002' } })
    await show(UserMobile, { loggedIn: true })
    const [askOwn, askNew] = screen.getAllByRole('button', { name: '获取验证码' })

    await userEvent.click(askOwn as HTMLElement)
    await userEvent.type(screen.getByLabelText('原手机号 138****0001 收到的验证码'), '111111')
    await userEvent.type(screen.getByLabelText('新手机号'), '+86 139 0000 0002')
    await userEvent.click(askNew as HTMLElement)
    await userEvent.type(screen.getByLabelText('新手机号收到的验证码'), '222222{Enter}')

    await vi.waitFor(() => expect(useSessionStore().user?.mobile).toBe('139****0002'))
    expect(own).toHaveLength(1)
    expect(sent[0]?.body).toEqual({ mobile: '13900000002', purpose: 'bind' })
    expect(changed[0]?.body).toEqual({ old_code: '111111', mobile: '13900000002', code: '222222' })
    expect(screen.getByLabelText('新手机号')).toHaveValue('')
  })
})
