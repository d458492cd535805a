import { beforeEach, describe, expect, it, vi } from 'vitest'

import { aCourse, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

import { fetchCourses } from './course'
import { connectSession } from './http'

const SERVER = Date.parse('2026-11-22T09:00:00Z')

interface Visit {
  type?: NavigationTimingType
  /** Description of the server's time. */
  now?: string | undefined
  /** Milliseconds since the page was opened. */
  after?: number
}

/** A document that was opened like this, with the answer for the free courses in it. */
function open({ type = 'navigate', now = `${SERVER / 1000}`, after = 900 }: Visit = {}, personal = '') {
  const serverTiming = now ? [{ name: 'now', description: now }] : []
  vi.stubGlobal('performance', {
    now: () => after,
    getEntriesByType: () => [{ type, responseStart: 300, serverTiming }],
  })
  const envelope = JSON.stringify({ code: 100, msg: '', data: pageOf([aCourse({ name: '文档里的课' })]) })
  document.body.innerHTML =
    `<script type="application/json" data-answer="/api/v1/course/?kind=1" ${personal}>${envelope}</script>`
}

describe('an answer in the document', () => {
  const token = vi.fn<() => string | null>()
  const nameOf = async (kind: 1 | 2 = 1) => (await fetchCourses({ kind })).results[0]?.name

  beforeEach(() => {
    token.mockReturnValue(null)
    connectSession({ token, ended: vi.fn(), loginNeeded: vi.fn() })
    answer('get', 'course/', { data: pageOf([aCourse({ name: '刚问到的课' })]) })
  })

  it('is given once; then the server is asked', async () => {
    open()

    expect([await nameOf(), await nameOf()]).toEqual(['文档里的课', '刚问到的课'])
  })

  it('is that of its address alone', async () => {
    open()

    expect(await nameOf(2)).toBe('刚问到的课')
  })

  it('is for students, too, unless their token makes another one', async () => {
    token.mockReturnValue('student')
    open()
    expect(await nameOf()).toBe('文档里的课')

    open({}, 'data-personal')
    expect(await nameOf()).toBe('刚问到的课')

    // It is not kept for the time after the logout either.
    token.mockReturnValue(null)
    expect(await nameOf()).toBe('刚问到的课')
  })

  it.each<Visit>([
    { type: 'back_forward' },
    { after: 31_000 },
    { now: '' },
    { now: 'yesterday' },
  ])('is left when it may be old, or the time of the server unknown: %j', async (visit) => {
    open(visit)

    expect(await nameOf()).toBe('刚问到的课')
  })

  it('tells the time of the server', async () => {
    vi.resetModules()
    const [course, { serverNow }] = await Promise.all([import('./course'), import('./serverTime')])
    open()

    await course.fetchCourses({ kind: 1 })

    expect(serverNow()).toBe(SERVER - 300 + 900)
  })
})
