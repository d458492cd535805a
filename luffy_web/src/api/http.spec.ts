import { beforeEach, describe, expect, it, vi } from 'vitest'

import { answer, failNetwork } from '@/testing/server'
import { aCourse, aSession, pageOf } from '@/testing/samples'

import { fetchCourses } from './course'
import { connectSession } from './http'
import { fetchProfile, loginByPassword } from './user'

describe('the one client', () => {
  const session = { token: vi.fn<() => string | null>(), ended: vi.fn(), loginNeeded: vi.fn() }

  beforeEach(() => {
    vi.resetAllMocks()
    session.token.mockReturnValue('old')
    connectSession(session)
  })

  it('unwraps the envelope and sends the token', async () => {
    const calls = answer('get', 'course/', { data: pageOf([aCourse()]) })

    const page = await fetchCourses({ kind: 2, page: 3 })

    expect(page.results[0]?.name).toBe('Python 爬虫实战')
    expect(calls[0]?.token).toBe('jwt old')
    expect(calls[0]?.url.search).toBe('?kind=2&page=3')
  })

  it('turns a refusal into an ApiError with its fields and its Retry-After', async () => {
    answer('get', 'course/', {
      status: 429,
      code: 1029,
      msg: '操作太频繁了',
      errors: { page: ['无效的页码'] },
      headers: { 'Retry-After': '17' },
    })

    await expect(fetchCourses({})).rejects.toMatchObject({
      status: 429,
      code: 1029,
      msg: '操作太频繁了',
      errors: { page: ['无效的页码'] },
      retryAfter: 17,
    })
  })

  it('reports a lost connection in Chinese', async () => {
    failNetwork('get', 'course/')

    await expect(fetchCourses({})).rejects.toMatchObject({ status: 0, msg: expect.stringContaining('网络') })
  })

  it('repeats a read without an expired token', async () => {
    const calls = answer('get', 'course/', ({ token }) =>
      token ? { status: 401 } : { data: pageOf([aCourse()]) },
    )

    const page = await fetchCourses({})

    expect(page.count).toBe(1)
    expect(calls.map(({ token }) => token)).toEqual(['jwt old', null])
    expect(session.ended).toHaveBeenCalledWith('old')
    expect(session.loginNeeded).not.toHaveBeenCalled()
  })

  it('asks for a login when the page is not public', async () => {
    answer('get', 'user/profile/', { status: 401, msg: '请先登录' })

    await expect(fetchProfile()).rejects.toMatchObject({ status: 401 })

    expect(session.ended).toHaveBeenCalledWith('old')
    expect(session.loginNeeded).toHaveBeenCalledOnce()
  })

  it('asks for a login even when the page is unmounted with its session', async () => {
    answer('get', 'course/', { status: 401 })
    const page = new AbortController()
    session.ended.mockImplementation(() => page.abort())

    await fetchCourses({}, page.signal).catch(() => undefined)

    expect(session.loginNeeded).toHaveBeenCalledOnce()
  })

  it('does not send an old token along with a login', async () => {
    const calls = answer('post', 'user/login/', { data: aSession() })

    await loginByPassword('student', 'secret')

    expect(calls[0]).toMatchObject({ token: null, body: { username: 'student', password: 'secret' } })
  })
})
