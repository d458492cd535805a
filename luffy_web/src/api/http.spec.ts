import { delay, http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { answer, failNetwork, server } from '@/testing/server'
import { aCourse, aSession, pageOf } from '@/testing/samples'

import { fetchCourses } from './course'
import { connectSession } from './http'
import { payOrderAgain } from './order'
import { fetchProfile, loginByPassword, uploadAvatar } from './user'

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

describe('the limit of a request', () => {
  /** Milliseconds become seconds, and so on: 30 s pass in 30 ms. */
  function shortenLimits() {
    const timeout = AbortSignal.timeout.bind(AbortSignal)
    return vi.spyOn(AbortSignal, 'timeout').mockImplementation((limit) => timeout(limit / 1000))
  }
  const silence = { status: 0, msg: '服务器很久没有回应，请稍后再试。' }

  beforeEach(() => connectSession({ token: () => null, ended: vi.fn(), loginNeeded: vi.fn() }))

  it('ends the waiting for a server that never answers', async () => {
    shortenLimits()
    server.use(http.get('*/api/v1/course/', () => delay('infinite')))

    await expect(fetchCourses({})).rejects.toMatchObject(silence)
  })

  it('ends the waiting for an answer that stops half way', async () => {
    // What a browser does to the body of an answer at the limit.
    const halfAnAnswer = new ReadableStream({
      start(stream) {
        stream.enqueue(new TextEncoder().encode('{"data": ['))
        setTimeout(() => stream.error(new DOMException('signal timed out', 'TimeoutError')), 30)
      },
    })
    server.use(http.get('*/api/v1/course/', () => new HttpResponse(halfAnAnswer)))

    await expect(fetchCourses({})).rejects.toMatchObject(silence)
  })

  it('is longer than the proxy waits where the server asks a payment provider', async () => {
    const limits = shortenLimits()
    server.use(http.post('*/api/v1/order/1/pay/', () => delay('infinite')))

    await expect(payOrderAgain('1', { device: 'phone' })).rejects.toMatchObject(silence)
    expect(limits).toHaveBeenCalledExactlyOnceWith(70_000)
  })

  it('does not make a failure of a page that is left', async () => {
    server.use(http.get('*/api/v1/course/', () => delay('infinite')))
    const page = new AbortController()
    const leaving = fetchCourses({}, page.signal)

    page.abort()

    await expect(leaving).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('ends an upload', async () => {
    class SilentRequest {
      timeout = 0
      upload = {}
      ontimeout = () => undefined
      open() {
        this.timeout = 0
      }
      send() {
        if (this.timeout > 0) setTimeout(() => this.ontimeout(), this.timeout / 1000)
      }
    }
    vi.stubGlobal('XMLHttpRequest', SilentRequest)

    await expect(uploadAvatar(new File(['x'], 'me.png'), vi.fn())).rejects.toMatchObject(silence)
  })
})
