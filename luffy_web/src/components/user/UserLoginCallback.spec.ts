import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { beginLogin, begunLogin, keepLogin } from '@/composables/user/useSocialLogin'
import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { aSession } from '@/testing/samples'
import { answer } from '@/testing/server'

import UserLoginCallback from './UserLoginCallback.vue'

const AT = '/login/callback/wechat?code=C&state=S'
const arrival = (session: unknown, ticket: string | null) => ({
  data: { session, binding: ticket && { ticket, expires_at: '2026-11-29T22:00:00Z' } } as never,
})

describe('the page where a provider sends the browser back to', () => {
  it('logs in and goes back to where it began, without the code in the address', async () => {
    const calls = answer('post', 'user/social/login/', arrival(aSession(), null))
    const { browserKey } = beginLogin('wechat', 'login', '/course/9')

    const { router } = await show(UserLoginCallback, { at: AT })

    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/course/9'))
    expect(useSessionStore().user?.username).toBe('student')
    expect(calls[0]?.body).toEqual({ provider: 'wechat', code: 'C', state: 'S', browser_key: browserKey })
    expect(begunLogin('wechat')).toBeNull()
  })

  it('asks who comes for the first time for a mobile, also after a reload', async () => {
    answer('post', 'user/social/login/', arrival(null, 'T'))
    answer('post', 'user/sms_code/', {})
    const { browserKey } = beginLogin('wechat', 'login', '/course/9')
    const first = await show(UserLoginCallback, { at: AT })
    await screen.findByRole('heading', { name: '绑定手机号' })
    expect(first.router.currentRoute.value.fullPath).toBe('/login/callback/wechat')
    first.unmount()

    const calls = answer('post', 'user/social/bind/', { data: aSession() })
    const { router } = await show(UserLoginCallback, { at: '/login/callback/wechat' })
    await userEvent.type(screen.getByLabelText('手机号'), '138 0000 0001')
    await userEvent.type(screen.getByLabelText('短信验证码'), '246810')
    await userEvent.click(screen.getByRole('button', { name: '绑定并登录' }))

    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/course/9'))
    expect(calls[0]?.body).toEqual({ ticket: 'T', browser_key: browserKey, mobile: '13800000001', code: '246810' })
    expect(useSessionStore().isLoggedIn).toBe(true)
  })

  it('connects what was begun in the profile', async () => {
    const calls = answer('post', 'user/social/connect/', { data: [] })
    beginLogin('alipay', 'connect', '/user/profile')

    const { router } = await show(UserLoginCallback, {
      at: '/login/callback/alipay?auth_code=C&state=S&app_id=1&source=alipay_wallet',
      loggedIn: true,
    })

    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/user/profile'))
    expect(calls[0]).toMatchObject({ token: 'jwt token-1', body: { provider: 'alipay', code: 'C' } })
    expect(useNotice().notices.value.at(-1)?.text).toContain('绑定成功')
  })

  it.each([
    [2008, '授权已失效或已使用，请重新发起', true],
    [2009, '这个微信已绑定其他账号', true],
    [1009, '这个账号已绑定另一个微信', false],
  ])('leads away from the form for a mobile after code %i', async (code, msg, isDead) => {
    answer('post', 'user/social/bind/', { status: 409, code, msg })
    keepLogin({ ...beginLogin('wechat', 'login', '/course/9'), ticket: 'T' })
    const { router } = await show(UserLoginCallback, { at: '/login/callback/wechat' })
    await userEvent.type(screen.getByLabelText('手机号'), '13800000001')
    await userEvent.type(screen.getByLabelText('短信验证码'), '246810')
    await userEvent.click(screen.getByRole('button', { name: '绑定并登录' }))

    expect(await screen.findByText(msg)).toBeInTheDocument()
    // A dead ticket is not there after a reload either; with a living one another mobile may do.
    expect(begunLogin('wechat')?.ticket).toBe(isDead ? undefined : 'T')
    await userEvent.click(screen.getByRole('button', { name: isDead ? '返回' : '换一种方式登录' }))

    await vi.waitFor(() => expect(useSessionStore().loginMode).toBe('login'))
    expect(router.currentRoute.value.fullPath).toBe('/course/9')
    expect(begunLogin('wechat')).toBeNull()
  })

  it('connects with the same code after a session that has ended, or too many requests', async () => {
    let status = 401
    const calls = answer('post', 'user/social/connect/', () => (status < 400 ? { data: [] } : { status, msg: '请先登录' }))
    beginLogin('wechat', 'connect', '/user/profile')
    const { router } = await show(UserLoginCallback, { at: AT, loggedIn: true })
    expect(await screen.findByRole('heading', { name: '没有绑定成功' })).toBeInTheDocument()

    status = 200
    await userEvent.click(screen.getByRole('button', { name: '再试一次' }))

    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/user/profile'))
    expect(calls[1]?.body).toEqual(calls[0]?.body)
  })

  it.each([
    ['in a browser that has not begun it', AT, false, '同一个浏览器'],
    ['of who has declined', '/login/callback/wechat?state=S', true, '没有同意授权'],
    ['after a reload', '/login/callback/wechat', true, '没有完成，请重新登录'],
  ])('says what is wrong %s, and leads to the other ways', async (_case, at, isBegun, text) => {
    const calls = answer('post', 'user/social/login/', arrival(aSession(), null))
    if (isBegun) beginLogin('wechat', 'login', '/course/9')
    const { router } = await show(UserLoginCallback, { at })
    expect(await screen.findByRole('alert')).toHaveTextContent(text)

    await userEvent.click(screen.getByRole('button', { name: '返回' }))

    await vi.waitFor(() => expect(useSessionStore().loginMode).toBe('login'))
    expect(router.currentRoute.value.fullPath).toBe(isBegun ? '/course/9' : '/')
    expect(calls).toEqual([])
  })

  it('says why the server refused', async () => {
    answer('post', 'user/social/login/', { status: 400, code: 2008, msg: '授权已失效或已使用，请重新发起' })
    beginLogin('wechat', 'login', '/')
    await show(UserLoginCallback, { at: AT })

    expect(await screen.findByRole('alert')).toHaveTextContent('授权已失效')
    expect(screen.queryByRole('button', { name: '再试一次' })).toBeNull()
    expect(useSessionStore().isLoggedIn).toBe(false)
  })
})
