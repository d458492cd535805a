import { describe, expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'
import { aCourse, pageOf } from '@/testing/samples'
import { answer, failNetwork } from '@/testing/server'

import { useCategories } from './useCategories'
import { useTopCourses } from './useTopCourses'

describe('useTopCourses', () => {
  it('asks for the first four courses of an ordering', async () => {
    const calls = answer('get', 'course/', { data: pageOf([aCourse()]) })

    const { result } = await run(() => useTopCourses({ ordering: '-students' }))

    await vi.waitFor(() => expect(result.courses.value).toHaveLength(1))
    expect(calls.map(({ url }) => url.search)).toEqual(['?ordering=-students&page_size=4'])
  })

  it('can be retried', async () => {
    answer('get', 'course/', { status: 503, msg: '服务暂时不可用' })
    const { result } = await run(() => useTopCourses({ ordering: 'price' }))
    await vi.waitFor(() => expect(result.error.value?.msg).toBe('服务暂时不可用'))
    answer('get', 'course/', { data: pageOf([aCourse()]) })

    await result.retry()

    expect(result.courses.value).toHaveLength(1)
    expect(result.error.value).toBeNull()
  })
})

describe('useCategories', () => {
  it('loads the categories once', async () => {
    const calls = answer('get', 'course/category/', { data: [{ id: 1, name: 'Python' }] })

    const { result } = await run(useCategories)
    expect(result.settled.value).toBe(false)

    await vi.waitFor(() => expect(result.categories.value).toEqual([{ id: 1, name: 'Python' }]))
    expect(result.settled.value).toBe(true)
    expect(calls).toHaveLength(1)
  })

  it('is settled without categories when they cannot be loaded', async () => {
    failNetwork('get', 'course/category/')

    const { result } = await run(useCategories)

    await vi.waitFor(() => expect(result.settled.value).toBe(true))
    expect(result.categories.value).toBeNull()
  })
})
