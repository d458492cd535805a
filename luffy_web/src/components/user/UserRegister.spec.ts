import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { reloadSite } from '@/composables/school/useSite'
import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { aSession, aSite } from '@/testing/samples'
import { answer } from '@/testing/server'

import UserRegister from './UserRegister.vue'

const version = (id: number, number: number) => ({
  id,
  kind: 'terms' as const,
  kind_name: '用户协议',
  version: number,
  note: '',
  created_time: '2026-11-01T00:00:00Z',
})

async function filled() {
  await show(UserRegister)
  await userEvent.type(screen.getByLabelText('手机号'), '13800000001')
  await userEvent.type(screen.getByLabelText('短信验证码'), '246810')
  await userEvent.type(screen.getByLabelText('设置密码'), 'a good password')
}

describe('UserRegister', () => {
  beforeEach(async () => {
    answer('get', 'home/site/', { data: aSite({ agreements: [version(3, 1)] }) })
    await reloadSite()
    return async () => {
      answer('get', 'home/site/', { data: aSite() })
      await reloadSite()
    }
  })

  it('needs the box, links the version that is meant, and sends it', async () => {
    const calls = answer('post', 'user/register/', { status: 201, data: aSession() })
    await filled()
    await userEvent.click(screen.getByRole('button', { name: '注册' }))
    expect(screen.getByRole('checkbox')).toHaveAccessibleDescription('请先阅读并同意上面的协议')
    expect(screen.getByRole('link', { name: '《用户协议》' })).toHaveAttribute('href', '/agreement/terms/1')

    await userEvent.click(screen.getByRole('checkbox'))
    await userEvent.click(screen.getByRole('button', { name: '注册' }))

    await vi.waitFor(() => expect(useSessionStore().isLoggedIn).toBe(true))
    expect(calls.map(({ body }) => Object(body).agreements)).toEqual([[3]])
  })

  it('asks again when the version was overtaken since the page was loaded', async () => {
    const said = '请先阅读并同意最新的用户协议和隐私政策'
    answer('post', 'user/register/', { status: 400, code: 2007, msg: said, errors: { agreements: [said] } })
    await filled()
    await userEvent.click(screen.getByRole('checkbox'))
    answer('get', 'home/site/', { data: aSite({ agreements: [version(4, 2)] }) })
    await userEvent.click(screen.getByRole('button', { name: '注册' }))

    expect(await screen.findByRole('link', { name: '《用户协议》' })).toHaveAttribute('href', '/agreement/terms/2')
    expect(screen.getByRole('checkbox')).not.toBeChecked()
    expect(screen.getByRole('checkbox')).toHaveAccessibleDescription(said)
  })
})
