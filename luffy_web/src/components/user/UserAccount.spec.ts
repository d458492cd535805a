import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import UserAccount from './UserAccount.vue'

const confirm = vi.hoisted(() => vi.fn<() => Promise<boolean>>())
vi.mock('@/composables/base/useConfirm', () => ({ useConfirm: () => ({ confirm }) }))

const opened = () => show(UserAccount, { loggedIn: true, at: '/user/profile' })

async function askedToClose(has_password = true) {
  answer('get', 'user/profile/', { data: { has_password } })
  const view = await opened()
  await userEvent.click(screen.getByRole('button', { name: '注销账号' }))
  return { ...view, dialog: within(await screen.findByRole('dialog')) }
}

describe('UserAccount', () => {
  it('logs out on all devices only after a confirmation', async () => {
    const calls = answer('post', 'user/logout/all/', {})
    const { router } = await opened()
    confirm.mockResolvedValueOnce(false).mockResolvedValueOnce(true)
    const button = screen.getByRole('button', { name: '退出所有设备' })

    await userEvent.click(button)
    await vi.waitFor(() => expect(button).toHaveAttribute('aria-busy', 'false'))
    expect(useSessionStore().isLoggedIn).toBe(true)
    expect(calls).toHaveLength(0)
    await userEvent.click(button)

    await vi.waitFor(() => expect(useSessionStore().isLoggedIn).toBe(false))
    expect(calls.map(({ token }) => token)).toEqual(['jwt token-1'])
    expect(router.currentRoute.value.name).toBe('home')
  })

  it('downloads the data as a file', async () => {
    const saved: Blob[] = []
    URL.createObjectURL = (blob) => `blob:${saved.push(blob as Blob)}`
    URL.revokeObjectURL = () => undefined
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
    answer('get', 'user/export/', { data: { account: { mobile: '13800000001' } } })
    await opened()

    await userEvent.click(screen.getByRole('button', { name: '导出我的数据' }))

    await vi.waitFor(() => expect(click).toHaveBeenCalledOnce())
    expect((click.mock.contexts[0] as HTMLAnchorElement).download).toMatch(/^luffy-\d{4}-\d\d-\d\d\.json$/)
    expect(saved[0]?.type).toBe('application/json')
  })

  it('explains the deletion, and deletes with the right password only', async () => {
    const calls = answer('post', 'user/close/', ({ body }) =>
      (body as { password: string }).password === 'right'
        ? {}
        : { status: 400, msg: '密码不正确', errors: { password: ['密码不正确'] } },
    )
    const { dialog, router } = await askedToClose()
    expect(dialog.getByText(/课程不能再观看/)).toBeInTheDocument()

    const password = dialog.getByLabelText(/登录密码/)
    await userEvent.type(password, 'wrong{Enter}')
    await vi.waitFor(() => expect(password).toHaveAccessibleDescription('密码不正确'))
    expect(useSessionStore().isLoggedIn).toBe(true)
    await userEvent.clear(password)
    await userEvent.type(password, 'right')
    await userEvent.click(dialog.getByRole('button', { name: '确认注销' }))

    await vi.waitFor(() => expect(useSessionStore().isLoggedIn).toBe(false))
    expect(calls).toHaveLength(2)
    expect(router.currentRoute.value.name).toBe('home')
  })

  it('takes a code where the account has no password', async () => {
    answer('post', 'user/confirm_code/', {})
    const calls = answer('post', 'user/close/', {})
    const { dialog } = await askedToClose(false)
    expect(dialog.queryByLabelText(/登录密码/)).toBeNull()

    await userEvent.click(dialog.getByRole('button', { name: '获取验证码' }))
    await userEvent.type(dialog.getByLabelText(/收到的验证码/), '246810')
    await userEvent.click(dialog.getByRole('button', { name: '确认注销' }))

    await vi.waitFor(() => expect(useSessionStore().isLoggedIn).toBe(false))
    expect(calls[0]?.body).toEqual({ code: '246810' })
  })

  it('deletes nothing when the student declines', async () => {
    const calls = answer('post', 'user/close/', {})
    const { dialog } = await askedToClose()

    await userEvent.click(dialog.getByRole('button', { name: '再想想' }))

    expect(useSessionStore().isLoggedIn).toBe(true)
    expect(calls).toHaveLength(0)
  })
})
