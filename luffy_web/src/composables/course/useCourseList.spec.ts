import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'
import { aCourse, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'
import { CourseKind } from '@/types'

import { useCourseList } from './useCourseList'

const list = (at: string) => run(() => useCourseList(() => CourseKind.Actual), { at })

describe('useCourseList', () => {
  it('asks for what the query string says', async () => {
    const calls = answer('get', 'course/', { data: pageOf([aCourse()], 30) })

    const { result } = await list('/actual-course?category=3&ordering=-price&page=2')
    await vi.waitFor(() => expect(result.loading.value).toBe(false))

    expect(Object.fromEntries(calls[0]?.url.searchParams ?? [])).toEqual({
      kind: '2',
      course_category: '3',
      ordering: '-price',
      page: '2',
      page_size: '12',
    })
    expect(result.count.value).toBe(30)
  })

  it('has no courses in a category that is not shown any more', async () => {
    answer('get', 'course/', { status: 400, errors: { course_category: ['不是合法选项。'] } })

    const { result } = await list('/actual-course?category=9')
    await vi.waitFor(() => expect(result.loading.value).toBe(false))

    expect([result.error.value, result.courses.value]).toEqual([null, []])
  })

  it('leaves out what makes no sense', async () => {
    const calls = answer('get', 'course/', { data: pageOf([]) })

    await list('/actual-course?category=abc&ordering=teacher&page=-1')
    await vi.waitFor(() => expect(calls).toHaveLength(1))

    expect(calls[0]?.url.search).toBe('?kind=2&page=1&page_size=12')
  })

  it('writes every change into the query string and starts again on the first page', async () => {
    const calls = answer('get', 'course/', { data: pageOf([]) })
    const { result, router } = await list('/actual-course?category=3&page=2')

    result.change({ ordering: 'price' })
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/actual-course?category=3&ordering=price'))
    result.change({ page: 4 })
    await vi.waitFor(() => expect(calls.at(-1)?.url.searchParams.get('page')).toBe('4'))

    expect(router.currentRoute.value.fullPath).toBe('/actual-course?category=3&ordering=price&page=4')
  })

  it('goes back to the first page from one past the end', async () => {
    answer('get', 'course/', ({ url }) =>
      url.searchParams.get('page') === '1' ? { data: pageOf([aCourse()]) } : { status: 404, code: 1004 },
    )

    const { result, router } = await list('/actual-course?category=3&page=99')

    await vi.waitFor(() => expect(result.courses.value).toHaveLength(1))
    expect(router.currentRoute.value.fullPath).toBe('/actual-course?category=3')
    expect(result.error.value).toBeNull()
  })

  it('shows the last answer asked for, not the last to arrive', async () => {
    let release: () => void = () => undefined
    answer('get', 'course/', ({ url }) => ({
      data: pageOf([aCourse({ name: `page ${url.searchParams.get('page')}` })]),
    }))
    const { result } = await list('/actual-course')
    const slow = new Promise<void>((resolve) => (release = resolve))
    const slowFetch = vi.spyOn(globalThis, 'fetch').mockImplementationOnce(async (...args) => {
      await slow
      slowFetch.mockRestore()
      return fetch(...args)
    })

    result.change({ page: 2 })
    await flushPromises()
    result.change({ page: 3 })
    await vi.waitFor(() => expect(result.courses.value[0]?.name).toBe('page 3'))
    release()
    await new Promise((resolve) => setTimeout(resolve, 30))

    expect(result.courses.value[0]?.name).toBe('page 3')
    expect(result.error.value).toBeNull()
  })

  it('tells why it failed and tries again when asked', async () => {
    answer('get', 'course/', { status: 503, msg: '服务暂时不可用' })
    const { result } = await list('/actual-course')
    await vi.waitFor(() => expect(result.error.value?.msg).toBe('服务暂时不可用'))

    answer('get', 'course/', { data: pageOf([aCourse()]) })
    await result.reload()

    expect(result.error.value).toBeNull()
    expect(result.courses.value).toHaveLength(1)
  })
})
