import { describe, expect, it, vi } from 'vitest'

import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { aSession } from '@/testing/samples'
import { answer } from '@/testing/server'

import { useEnroll } from './useEnroll'

describe('useEnroll', () => {
  it('asks for a login, enrols and opens the course', async () => {
    const calls = answer('post', 'course/9/enroll/', {})
    const { result, router } = await run(() => useEnroll(() => 9))

    const enrolling = result.enroll()
    expect(useSessionStore().loginMode).toBe('join')
    useSessionStore().start(aSession())
    await enrolling

    expect(calls.map(({ token }) => token)).toEqual(['jwt token-1'])
    expect(router.currentRoute.value.fullPath).toBe('/learn/9')
  })

  it('stays on the page when it is refused', async () => {
    answer('post', 'course/9/enroll/', { status: 409, msg: '这门课程现在需要付费。' })
    const { result, router } = await run(() => useEnroll(() => 9), { loggedIn: true, at: '/course/9' })

    await result.enroll()

    expect(router.currentRoute.value.fullPath).toBe('/course/9')
    await vi.waitFor(() => expect(useNotice().notices.value.at(-1)?.text).toBe('这门课程现在需要付费。'))
  })
})
