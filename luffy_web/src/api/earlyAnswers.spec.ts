import { readFileSync } from 'node:fs'

import { beforeEach, describe, expect, it, vi } from 'vitest'

import { aDetail, aSession } from '@/testing/samples'
import { answer, failNetwork } from '@/testing/server'

import { enrollInCourse, fetchCourse } from './course'
import { connectSession } from './http'

const SCRIPTS = /<script>(.*?)<\/script>/gs
/** What stands in the document between its tags, and knows of no module. */
const source = Array.from(new TextDecoder().decode(readFileSync('index.html')).matchAll(SCRIPTS), ([, text]) => text ?? '').find(
  (text) => text.includes('early-answer'),
)

describe('an answer that the document has asked for', () => {
  const token = vi.fn<() => string | null>()

  /** Opens a document that names the addresses. */
  function open(named: string, kept: unknown = aSession()) {
    document.head.innerHTML = named
    localStorage.setItem('luffy.session', JSON.stringify(kept))
    window.eval(source ?? '')
  }

  /** As a browser, which knows where the document is. */
  function resolveAddresses() {
    const real = globalThis.fetch
    vi.stubGlobal('fetch', (asked: string | Request, options?: RequestInit) =>
      real(typeof asked === 'string' ? new URL(asked, location.origin) : asked, options),
    )
  }

  const OWN = '<meta name="early-answer" content="/api/v1/course/7/" data-personal>'
  const OF_ALL = '<meta name="early-answer" content="/api/v1/course/7/">'

  beforeEach(() => {
    delete window.earlyAnswer
    resolveAddresses()
    token.mockReturnValue(aSession().token)
    connectSession({ token, ended: vi.fn(), loginNeeded: vi.fn() })
  })

  it('is given once, without another request', async () => {
    const calls = answer('get', 'course/:id/', { data: aDetail({ id: 7 }) })
    open(OWN)
    await vi.waitFor(() => expect(calls).toHaveLength(1))

    expect((await fetchCourse(7)).id).toBe(7)
    expect(calls.map((call) => call.token)).toEqual([`jwt ${aSession().token}`])

    await fetchCourse(7)
    expect(calls).toHaveLength(2)
  })

  it.each([
    ['a picture', 200, 1],
    ['no picture to who is refused', 403, 0],
  ])('has what is shown then loaded: %s', async (_, status, links) => {
    const calls = answer('get', 'course/:id/', { status, data: aDetail({ id: 7 }) })
    open(OWN.replace('>', ' data-srcset="/a.webp 400w, /b.webp 800w" data-sizes="100vw">'))
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    await fetchCourse(7).catch(() => undefined)

    const found = [...document.head.querySelectorAll<HTMLLinkElement>('link[rel=preload]')]
    expect(found).toHaveLength(links)
    for (const { imageSrcset, imageSizes } of found) expect([imageSrcset, imageSizes]).toEqual(['/a.webp 400w, /b.webp 800w', '100vw'])
  })

  it('is for no other student, nor for who has logged out', async () => {
    const calls = answer('get', 'course/:id/', { data: aDetail({ id: 7 }) })

    open(OWN)
    token.mockReturnValue('another')
    await fetchCourse(7)
    open(OWN)
    token.mockReturnValue(null)
    await fetchCourse(7)

    expect(calls.map((call) => call.token).sort()).toEqual([null, 'jwt another', ...Array<string>(2).fill(`jwt ${aSession().token}`)].sort())
  })

  it('is that of its address and of reading it alone', async () => {
    const reads = answer('get', 'course/:id/', ({ url }) => ({ data: aDetail({ id: url.pathname.endsWith('/8/') ? 8 : 7 }) }))
    const joins = answer('post', 'course/:id/enroll/', {})
    answer('get', 'course/:id/enroll/', {})
    open('<meta name="early-answer" content="/api/v1/course/7/enroll/">' + OWN)

    await enrollInCourse(7)

    expect(joins).toHaveLength(1)
    expect((await fetchCourse(8)).id).toBe(8)
    expect(reads.map(({ url }) => url.pathname).sort()).toEqual(['/api/v1/course/7/', '/api/v1/course/8/'])
  })

  it.each([null, {}, { token: 'x' }, 'x'])('is not asked for a visitor if it is only for students: %j', async (kept) => {
    const calls = answer('get', 'course/:id/', { data: aDetail({ id: 7 }) })
    token.mockReturnValue(null)
    open(OWN, kept)

    await fetchCourse(7)

    expect(calls).toHaveLength(1)
  })

  it('is asked for a visitor if it is for everybody', async () => {
    const calls = answer('get', 'course/:id/', { data: aDetail({ id: 7 }) })
    token.mockReturnValue(null)
    open(OF_ALL, null)

    await fetchCourse(7)

    expect(calls.map((call) => call.token)).toEqual([null])
  })

  it('is forgotten after half a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    const calls = answer('get', 'course/:id/', { data: aDetail({ id: 7 }) })
    token.mockReturnValue(null)
    open(OF_ALL, null)

    vi.advanceTimersByTime(30_000)
    vi.useRealTimers()
    await fetchCourse(7)

    expect(calls).toHaveLength(2)
  })

  it('that does not come is told as any other', async () => {
    failNetwork('get', 'course/:id/')
    open(OWN)

    await expect(fetchCourse(7)).rejects.toMatchObject({ status: 0, msg: expect.stringContaining('网络') })
  })

  it('leaves the page alone where the browser keeps nothing', async () => {
    const calls = answer('get', 'course/:id/', { data: aDetail({ id: 7 }) })
    document.head.innerHTML = OWN
    localStorage.setItem('luffy.session', 'no JSON')
    window.eval(source ?? '')

    await fetchCourse(7)

    expect(calls).toHaveLength(1)
  })
})
