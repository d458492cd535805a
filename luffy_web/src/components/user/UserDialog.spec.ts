import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { aSession } from '@/testing/samples'
import { answer } from '@/testing/server'

import UserDialog from './UserDialog.vue'

async function opened(mode: 'login' | 'register' | 'join' = 'login') {
  await show(UserDialog)
  const asked = useSessionStore().askLogin(mode)
  const dialog = within(await screen.findByRole('dialog'))
  return { asked, dialog }
}

describe('UserDialog', () => {
  it('logs in with a password and resolves the prompt', async () => {
    const calls = answer('post', 'user/login/', { data: aSession() })
    const { asked, dialog } = await opened()

    await userEvent.type(dialog.getByLabelText(/用户名/), ' student ')
    await userEvent.type(dialog.getByLabelText('密码'), 'luffy-student')
    await userEvent.click(dialog.getByRole('button', { name: '登录' }))

    expect(await asked).toBe(true)
    expect(calls[0]?.body).toEqual({ username: 'student', password: 'luffy-student' })
  })

  it('shows missing fields without a request', async () => {
    const { dialog } = await opened()

    await userEvent.click(dialog.getByRole('button', { name: '登录' }))

    expect(dialog.getByLabelText('密码')).toBeInvalid()
    expect(dialog.getByLabelText(/用户名/)).toHaveAccessibleDescription('请输入用户名、手机号或邮箱')
  })

  it('shows why the server refused', async () => {
    answer('post', 'user/login/', { status: 400, msg: '账号或密码错误' })
    const { dialog } = await opened()

    await userEvent.type(dialog.getByLabelText(/用户名/), 'student')
    await userEvent.type(dialog.getByLabelText('密码'), 'wrong')
    await userEvent.click(dialog.getByRole('button', { name: '登录' }))

    expect(await dialog.findByRole('alert')).toHaveTextContent('账号或密码错误')
    expect(useSessionStore().isLoggedIn).toBe(false)
  })

  it('logs in with a code sent to the mobile', async () => {
    const sent = answer('post', 'user/sms_code/', {})
    const calls = answer('post', 'user/sms_login/', { data: aSession() })
    const { asked, dialog } = await opened()

    await userEvent.click(dialog.getByRole('tab', { name: '短信登录' }))
    await userEvent.click(dialog.getByRole('button', { name: '获取验证码' }))
    expect(dialog.getByLabelText('手机号')).toHaveAccessibleDescription('请输入 11 位手机号')
    await userEvent.type(dialog.getByLabelText('手机号'), '13800000001')
    await userEvent.click(dialog.getByRole('button', { name: '获取验证码' }))
    expect(await dialog.findByRole('button', { name: /秒后重发/ })).toBeDisabled()
    expect(dialog.getByLabelText('短信验证码')).toHaveFocus()
    await userEvent.keyboard('246810')
    await userEvent.click(dialog.getByRole('button', { name: '登录' }))

    expect(await asked).toBe(true)
    expect(sent.map(({ body }) => body)).toEqual([{ mobile: '13800000001', purpose: 'login' }])
    expect(calls[0]?.body).toEqual({ mobile: '13800000001', code: '246810' })
  })

  it('asks who is about to get a course for a mobile and its code alone', async () => {
    const calls = answer('post', 'user/sms_login/', { data: aSession() })
    const { asked, dialog } = await opened('join')
    expect(dialog.getByRole('heading', { name: '登录 / 注册' })).toBeVisible()
    expect(dialog.getAllByRole('textbox')).toHaveLength(2)

    await userEvent.type(dialog.getByLabelText('手机号'), '13800000001')
    await userEvent.type(dialog.getByLabelText('短信验证码'), '246810')
    await userEvent.click(dialog.getByRole('button', { name: '登录并继续' }))

    expect(await asked).toBe(true)
    expect(calls.map(({ body }) => body)).toEqual([{ mobile: '13800000001', code: '246810' }])
  })

  it('keeps the mobile that was typed for its other forms and the next time, until somebody has logged in', async () => {
    const { dialog } = await opened('join')
    await userEvent.type(dialog.getByLabelText('手机号'), '13800000001')
    await userEvent.click(dialog.getByRole('button', { name: '用密码登录' }))
    expect(dialog.getByLabelText(/用户名/)).toHaveValue('13800000001')
    await userEvent.click(dialog.getByRole('button', { name: '忘记密码' }))
    expect(dialog.getByLabelText('手机号')).toHaveValue('13800000001')

    await userEvent.click(dialog.getByRole('button', { name: '关闭' }))
    void useSessionStore().askLogin()
    const field = await dialog.findByLabelText(/用户名/)
    expect(field).toHaveValue('13800000001')
    await userEvent.clear(field)
    await userEvent.type(field, 'student')
    await userEvent.click(dialog.getByRole('tab', { name: '短信登录' }))
    expect(dialog.getByLabelText('手机号')).toHaveValue('')

    useSessionStore().start(aSession())
    await vi.waitFor(() => expect(dialog.queryByLabelText(/用户名/)).toBeNull())
    useSessionStore().end()
    void useSessionStore().askLogin()
    expect(await dialog.findByLabelText(/用户名/)).toHaveValue('')
  })

  it('shows the password that is being typed on request, and sends it all the same', async () => {
    const calls = answer('post', 'user/login/', { data: aSession() })
    const { asked, dialog } = await opened()
    const password = dialog.getByLabelText('密码')
    await userEvent.type(dialog.getByLabelText(/用户名/), 'student')
    await userEvent.type(password, 'luffy-')
    expect(password).toHaveAttribute('type', 'password')

    await userEvent.click(dialog.getByRole('button', { name: '显示密码', pressed: false }))
    expect(password).toHaveAttribute('type', 'text')
    await userEvent.type(password, 'student')
    await userEvent.click(dialog.getByRole('button', { name: '显示密码', pressed: true }))
    expect(password).toHaveAttribute('type', 'password')
    await userEvent.type(password, '{Enter}')

    expect(await asked).toBe(true)
    expect(calls[0]?.body).toEqual({ username: 'student', password: 'luffy-student' })
  })

  it('shows a picture when the server asks for one, and sends what was read in it', async () => {
    const refused = { status: 400, code: 2006, msg: '请先输入图片中的字符' }
    const sent = answer('post', 'user/sms_code/', ({ body }) => (Object(body).captcha_id ? {} : refused))
    const pictures = answer('post', 'user/captcha/', () => ({
      data: { id: `picture${pictures.length}`, picture: 'data:image/png;base64,', expires_at: '2026-12-01T00:00:00Z' },
    }))
    const { dialog } = await opened('register')

    await userEvent.type(dialog.getByLabelText('手机号'), '13800000001')
    await userEvent.click(dialog.getByRole('button', { name: '获取验证码' }))
    const characters = await dialog.findByLabelText('图片中的字符')
    expect(characters).toHaveFocus()
    expect(characters).toHaveAccessibleDescription('请先输入图片中的字符')
    expect(dialog.getByRole('img', { name: /五个字母和数字/ })).toBeVisible()
    await userEvent.click(dialog.getByRole('button', { name: '换一张' }))
    await userEvent.type(characters, 'a3k9x{Enter}')

    expect(await dialog.findByRole('button', { name: /秒后重发/ })).toBeDisabled()
    expect(sent.at(-1)?.body).toEqual({
      mobile: '13800000001',
      purpose: 'register',
      captcha_id: 'picture2',
      captcha_text: 'a3k9x',
    })
    expect(dialog.queryByLabelText('图片中的字符')).toBeNull()
  })

  it('logs in with a password and a picture when the server asks for one', async () => {
    const refused = { status: 400, code: 2006, msg: '请先输入图片中的字符' }
    const answers = [refused, { ...refused, msg: '图片中的字符不对' }, { status: 400, msg: '账号或密码错误' }, { data: aSession() }]
    const calls = answer('post', 'user/login/', () => answers.shift() ?? {})
    const pictures = answer('post', 'user/captcha/', () => ({
      data: { id: `picture${pictures.length}`, picture: 'data:image/png;base64,', expires_at: '2026-12-01T00:00:00Z' },
    }))
    const { asked, dialog } = await opened()
    await userEvent.type(dialog.getByLabelText(/用户名/), 'student')
    await userEvent.type(dialog.getByLabelText('密码'), 'luffy-student{Enter}')

    const characters = await dialog.findByLabelText('图片中的字符')
    expect(characters).toHaveFocus()
    expect(characters).toHaveAccessibleDescription('请先输入图片中的字符')
    await userEvent.click(dialog.getByRole('button', { name: '登录' }))
    expect(characters).toHaveAccessibleDescription('请输入图片中的字符')
    await userEvent.type(characters, 'wrong{Enter}')
    await vi.waitFor(() => expect(characters).toHaveAccessibleDescription('图片中的字符不对'))
    await userEvent.type(characters, 'a3k9x{Enter}')
    expect(await dialog.findByRole('alert')).toHaveTextContent('账号或密码错误')
    expect(characters).toHaveValue('')
    await userEvent.type(characters, 'x9k3a')
    await userEvent.click(dialog.getByRole('button', { name: '登录' }))

    expect(await asked).toBe(true)
    const who = { username: 'student', password: 'luffy-student' }
    expect(calls.map(({ body }) => body)).toEqual([
      who,
      { ...who, captcha_id: 'picture1', captcha_text: 'wrong' },
      { ...who, captcha_id: 'picture2', captcha_text: 'a3k9x' },
      { ...who, captcha_id: 'picture3', captcha_text: 'x9k3a' },
    ])
  })

  it("shows the server's message about a field beside it", async () => {
    answer('post', 'user/register/', { status: 400, msg: '密码不符合要求', errors: { password: ['密码太常见'] } })
    const { dialog } = await opened('register')

    await userEvent.type(dialog.getByLabelText('手机号'), '13800000009')
    await userEvent.type(dialog.getByLabelText('短信验证码'), '246810')
    await userEvent.type(dialog.getByLabelText('设置密码'), 'password1')
    await userEvent.click(dialog.getByRole('button', { name: '注册' }))

    await vi.waitFor(() => expect(dialog.getByLabelText('设置密码')).toHaveAccessibleDescription('密码太常见'))
    expect(dialog.queryByRole('alert')).toBeNull()
  })

  it('is submitted by Enter', async () => {
    const calls = answer('post', 'user/login/', { data: aSession() })
    const { asked, dialog } = await opened()

    await userEvent.type(dialog.getByLabelText(/用户名/), 'student')
    await userEvent.type(dialog.getByLabelText('密码'), 'luffy-student{Enter}')

    expect(await asked).toBe(true)
    expect(calls).toHaveLength(1)
  })

  it('focuses the first field, then the first invalid one', async () => {
    const { dialog } = await opened()
    await vi.waitFor(() => expect(dialog.getByLabelText(/用户名/)).toHaveFocus())

    await userEvent.type(dialog.getByLabelText(/用户名/), 'student{Enter}')
    await vi.waitFor(() => expect(dialog.getByLabelText('密码')).toHaveFocus())
    await userEvent.click(dialog.getByRole('button', { name: '立即注册' }))

    await vi.waitFor(() => expect(dialog.getByLabelText('手机号')).toHaveFocus())
  })

  it('describes each field to password managers and phone keyboards', async () => {
    const { dialog } = await opened()
    const hint = (label: string | RegExp) => dialog.getByLabelText(label).getAttribute('autocomplete')

    expect([hint(/用户名/), hint('密码')]).toEqual(['username', 'current-password'])
    await userEvent.click(dialog.getByRole('button', { name: '忘记密码' }))
    expect([hint('手机号'), hint('短信验证码'), hint('新密码')]).toEqual(['tel', 'one-time-code', 'new-password'])
    expect(dialog.getByLabelText('手机号')).toHaveAttribute('type', 'tel')
    expect(dialog.getByLabelText('短信验证码')).toHaveAttribute('inputmode', 'numeric')
  })

  it('counts down after too many attempts', async () => {
    answer('post', 'user/login/', { status: 429, msg: '尝试次数太多', headers: { 'Retry-After': '42' } })
    const { dialog } = await opened()

    await userEvent.type(dialog.getByLabelText(/用户名/), 'student')
    await userEvent.type(dialog.getByLabelText('密码'), 'wrong{Enter}')

    expect(await dialog.findByRole('timer')).toHaveTextContent('42 秒后可以再试')
    expect(dialog.getByRole('alert')).toHaveTextContent('尝试次数太多')
    expect(dialog.getByRole('button', { name: '登录' })).toBeDisabled()
  })

  it('can be dismissed', async () => {
    const { asked, dialog } = await opened()

    await userEvent.click(dialog.getByRole('button', { name: '关闭' }))

    expect(await asked).toBe(false)
  })
})
