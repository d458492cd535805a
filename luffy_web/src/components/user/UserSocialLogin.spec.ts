import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { begunLogin } from '@/composables/user/useSocialLogin'
import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import UserDialog from './UserDialog.vue'

const leaveFor = vi.fn(() => Promise.resolve(true))
vi.mock('@/composables/base/useLeave', () => ({ useLeave: () => ({ leaveFor }) }))

const PROVIDERS = [
  { provider: 'wechat', provider_name: '微信', devices: ['desktop', 'wechat'] },
  { provider: 'alipay', provider_name: '支付宝', devices: ['desktop', 'phone'] },
]
const INSIDE_WECHAT = 'Mozilla/5.0 (iPhone) Mobile MicroMessenger/8.0.50'

async function opened(at = '/course/9') {
  await show(UserDialog, { at })
  void useSessionStore().askLogin()
  return within(await screen.findByRole('dialog'))
}

describe('login by a provider', () => {
  beforeEach(() => {
    leaveFor.mockClear()
    answer('get', 'user/social/providers/', { data: PROVIDERS })
  })

  it('leaves for the provider, and keeps where it began', async () => {
    const calls = answer('post', 'user/social/authorize/', { data: { authorize_url: 'https://wechat.example/' } })
    const dialog = await opened('/course/9?tab=outline')

    await userEvent.click(await dialog.findByRole('button', { name: '微信' }))

    await vi.waitFor(() => expect(leaveFor).toHaveBeenCalledWith('https://wechat.example/'))
    const begun = begunLogin('wechat')
    expect(begun?.back).toBe('/course/9?tab=outline')
    expect(calls[0]?.body).toEqual({ provider: 'wechat', device: 'desktop', browser_key: begun?.browserKey })
    expect(calls[0]?.token).toBeNull()
  })

  it('stands first inside WeChat, where Alipay does not open', async () => {
    vi.stubGlobal('navigator', { ...navigator, userAgent: INSIDE_WECHAT })
    const dialog = await opened()

    const buttons = await dialog.findAllByRole('button')

    await vi.waitFor(() => expect(dialog.getByRole('button', { name: '微信一键登录' })).toBeVisible())
    expect(dialog.queryByRole('button', { name: '支付宝' })).toBeNull()
    expect(buttons.length).toBeGreaterThan(0)
  })

  it('says why the server refused', async () => {
    answer('post', 'user/social/authorize/', { status: 404, msg: '这里暂不支持这种登录方式' })
    const dialog = await opened()

    await userEvent.click(await dialog.findByRole('button', { name: '支付宝' }))

    await vi.waitFor(() => expect(useNotice().notices.value.at(-1)?.text).toBe('这里暂不支持这种登录方式'))
    expect(leaveFor).not.toHaveBeenCalled()
  })

  it('is not offered where a password is reset, or where none is configured', async () => {
    const dialog = await opened()
    await dialog.findByRole('button', { name: '微信' })

    await userEvent.click(dialog.getByRole('button', { name: '忘记密码' }))

    expect(dialog.queryByRole('group', { name: '其他登录方式' })).toBeNull()
  })
})
