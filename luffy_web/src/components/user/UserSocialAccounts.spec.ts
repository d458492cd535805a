import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { useConfirm } from '@/composables/base/useConfirm'
import { begunLogin } from '@/composables/user/useSocialLogin'
import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import UserSocialAccounts from './UserSocialAccounts.vue'

const leaveFor = vi.fn(() => Promise.resolve(true))
vi.mock('@/composables/base/useLeave', () => ({ useLeave: () => ({ leaveFor }) }))

const PROVIDERS = [
  { provider: 'wechat', provider_name: '微信', devices: ['desktop'] },
  { provider: 'alipay', provider_name: '支付宝', devices: ['desktop'] },
]
const CONNECTED = { provider: 'alipay', provider_name: '支付宝', openid: '074****YoCo', created_time: '2026-11-29T10:00:00Z' }

describe('UserSocialAccounts', () => {
  beforeEach(() => {
    answer('get', 'user/social/providers/', { data: PROVIDERS })
    answer('get', 'user/social/', { data: [CONNECTED] })
  })

  it('connects with a code to the own mobile', async () => {
    answer('post', 'user/confirm_code/', {})
    const calls = answer('post', 'user/social/connect/authorize/', { data: { authorize_url: 'https://wechat.example/' } })
    await show(UserSocialAccounts, { loggedIn: true, at: '/user/profile' })
    await screen.findByText('已绑定 074****YoCo')

    await userEvent.click(await screen.findByRole('button', { name: '绑定' }))
    const dialog = within(await screen.findByRole('dialog', { name: '绑定微信' }))
    await userEvent.type(dialog.getByLabelText(/138\*\*\*\*0001/), '246810')
    await userEvent.click(dialog.getByRole('button', { name: '去绑定' }))

    await vi.waitFor(() => expect(leaveFor).toHaveBeenCalledWith('https://wechat.example/'))
    expect(begunLogin('wechat')).toMatchObject({ purpose: 'connect', back: '/user/profile' })
    expect(calls[0]?.body).toMatchObject({ provider: 'wechat', device: 'desktop', code: '246810' })
  })

  it('asks for the password where there is no mobile', async () => {
    const calls = answer('post', 'user/social/connect/authorize/', { data: { authorize_url: 'https://wechat.example/' } })
    await show(UserSocialAccounts, { loggedIn: true, at: '/user/profile' })
    useSessionStore().updateUser({ mobile: '' })

    await userEvent.click(await screen.findByRole('button', { name: '绑定' }))
    const dialog = within(await screen.findByRole('dialog'))
    await userEvent.type(dialog.getByLabelText(/登录密码/), 'luffy-student')
    await userEvent.click(dialog.getByRole('button', { name: '去绑定' }))

    await vi.waitFor(() => expect(calls[0]?.body).toMatchObject({ password: 'luffy-student' }))
  })

  it('disconnects after a question', async () => {
    const calls = answer('delete', 'user/social/alipay/', {})
    await show(UserSocialAccounts, { loggedIn: true, at: '/user/profile' })

    await userEvent.click(await screen.findByRole('button', { name: '解除绑定' }))
    expect(calls).toEqual([])
    answer('get', 'user/social/', { data: [] })
    useConfirm().answer(true)

    await vi.waitFor(() => expect(screen.getAllByRole('button', { name: '绑定' })).toHaveLength(2))
    expect(calls).toHaveLength(1)
  })
})
