import { describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'

import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { aDetail, aSession } from '@/testing/samples'
import { answer } from '@/testing/server'

import { useCourseDetail } from './useCourseDetail'

const courses = () =>
  answer('get', 'course/:id/', ({ url }) => ({ data: aDetail({ id: Number(url.pathname.split('/').at(-2)) }) }))

describe('useCourseDetail', () => {
  it('shows no course under the address of another', async () => {
    courses()
    const id = ref(9)
    const { result } = await run(() => useCourseDetail(() => id.value))
    await vi.waitFor(() => expect(result.course.value?.id).toBe(9))

    id.value = 10
    await nextTick()
    expect(result.course.value).toBeNull()

    await vi.waitFor(() => expect(result.course.value?.id).toBe(10))
  })

  it('is loaded again after a login, because the student may own it', async () => {
    const calls = courses()
    const { result } = await run(() => useCourseDetail(() => 9))
    await vi.waitFor(() => expect(result.course.value).not.toBeNull())

    useSessionStore().start(aSession())

    await vi.waitFor(() => expect(calls.map(({ token }) => token)).toEqual([null, 'jwt token-1']))
  })

  it('shows a course that is not public to the holder of a preview link', async () => {
    const calls = answer('get', 'course/:id/preview/', {
      data: { ...aDetail({ id: 9 }), preview_ends_at: '2026-12-05T20:00:00+08:00' },
    })

    const { result } = await run(() => useCourseDetail(() => 9, () => 'token:1'))
    await vi.waitFor(() => expect(result.course.value?.id).toBe(9))

    expect(calls[0]?.url.searchParams.get('token')).toBe('token:1')
    expect(result.previewEnds.value).toBe('2026-12-05T20:00:00+08:00')
  })
})
