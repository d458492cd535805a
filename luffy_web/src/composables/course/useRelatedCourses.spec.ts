import { describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'

import { run } from '@/testing/mounting'
import { aCourse } from '@/testing/samples'
import { answer } from '@/testing/server'

import { useRelatedCourses } from './useRelatedCourses'

describe('useRelatedCourses', () => {
  it('asks when they are wanted, and again for another course', async () => {
    const calls = answer('get', 'course/:id/related/', { data: [aCourse()], extra: { also_studied: [] } })
    const id = ref(3)
    const wanted = ref(false)
    const { result } = await run(() => useRelatedCourses(() => id.value, () => wanted.value))
    expect(calls).toHaveLength(0)

    wanted.value = true
    await vi.waitFor(() => expect(result.related.value).toHaveLength(1))
    id.value = 4
    await vi.waitFor(() => expect(calls).toHaveLength(2))

    expect(calls.map(({ url }) => url.pathname)).toEqual(['/api/v1/course/3/related/', '/api/v1/course/4/related/'])
  })

  it('has none where they do not come', async () => {
    const calls = answer('get', 'course/:id/related/', { status: 404, msg: '课程不存在' })

    const { result } = await run(() => useRelatedCourses(() => 3, () => true))

    await vi.waitFor(() => expect(calls).toHaveLength(1))
    await nextTick()
    expect([result.related.value, result.alsoStudied.value]).toEqual([[], []])
  })
})
