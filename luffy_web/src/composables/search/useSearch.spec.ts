import { describe, expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'
import { aHit, pageOf, understood } from '@/testing/samples'
import { answer } from '@/testing/server'
import { CourseKind } from '@/types'

import { useSearch } from './useSearch'

const look = (at: string) => run(useSearch, { at: `/course/search?${at}` })
const found = (hits = [aHit()], count = hits.length) =>
  answer('get', 'course/search/', { data: pageOf(hits, count), extra: understood() })
const asked = (calls: { url: URL }[]) => Object.fromEntries(calls.at(-1)?.url.searchParams ?? [])

describe('useSearch', () => {
  it('asks for what the query string says', async () => {
    const calls = found([aHit()], 30)

    const { result } = await look('word=爬虫&kind=2&category=3&free=true&ordering=-price&page=2')
    await vi.waitFor(() => expect(result.loading.value).toBe(false))

    expect(asked(calls)).toEqual({
      search: '爬虫',
      kind: '2',
      course_category: '3',
      free: 'true',
      ordering: '-price',
      page: '2',
      page_size: '12',
    })
    expect(result.count.value).toBe(30)
    expect(result.narrowed.value).toBe(true)
  })

  it.each([
    'word=爬虫&kind=9&category=abc&free=maybe&ordering=teacher&page=-1',
    'word=爬虫&kind=1e0&category=0&free=TRUE&ordering=orders&page=1.5',
    'word=爬虫&word=Go&kind&category=99999999999&free=1&ordering=%00&page=NaN',
    'word=%20爬虫%00%0A&kind=__proto__&ordering=constructor',
  ])('leaves out what makes no sense in %s', async (query) => {
    const calls = found()

    const { result } = await look(query)
    await vi.waitFor(() => expect(calls).toHaveLength(1))

    expect(asked(calls)).toEqual({ search: '爬虫', page: '1', page_size: '12' })
    expect(result.narrowed.value).toBe(false)
  })

  it('cuts what is longer than any search', async () => {
    const calls = found()

    await look(`word=${encodeURIComponent('长😀'.repeat(3000))}`)
    await vi.waitFor(() => expect(calls).toHaveLength(1))

    expect(Array.from(asked(calls).search ?? '')).toHaveLength(100)
  })

  it('finds nothing in a category that is not shown any more, and shows the error of anything else', async () => {
    found()
    const { result, router } = await look('word=爬虫')
    await vi.waitFor(() => expect(result.hits.value).toHaveLength(1))

    answer('get', 'course/search/', { status: 400, errors: { course_category: ['不是合法选项。'] } })
    await router.push('/course/search?word=爬虫&category=9')
    await vi.waitFor(() => expect(result.hits.value).toEqual([]))
    expect([result.error.value, result.count.value, result.narrowed.value]).toEqual([null, 0, true])

    answer('get', 'course/search/', { status: 400, errors: { search: ['太长了。'] } })
    await router.push('/course/search?word=Go&category=9')
    await vi.waitFor(() => expect(result.error.value?.status).toBe(400))
  })

  it('asks nothing for nothing', async () => {
    const calls = found()

    const { result, router } = await look('word=%20%20&kind=1')
    expect(result.loading.value).toBe(false)
    await router.push('/course/search?word=Go')
    await vi.waitFor(() => expect(result.hits.value).toHaveLength(1))
    await router.push('/course/search')
    await vi.waitFor(() => expect(result.hits.value).toEqual([]))

    expect(calls).toHaveLength(1)
  })

  it('writes every change into the query string and starts again on the first page', async () => {
    const calls = found()
    const { result, router } = await look('word=Go&page=3')
    const at = (address: string) =>
      vi.waitFor(() => expect(decodeURIComponent(router.currentRoute.value.fullPath)).toBe(`/course/search?${address}`))

    result.change({ kind: CourseKind.Actual })
    await at('word=Go&kind=2')
    result.change({ category: 4 })
    await at('word=Go&kind=2&category=4')
    result.change({ free: true })
    await at('word=Go&kind=2&category=4&free=true')
    result.change({ ordering: 'price' })
    await at('word=Go&kind=2&category=4&free=true&ordering=price')
    result.change({ page: 2 })
    await at('word=Go&kind=2&category=4&free=true&ordering=price&page=2')
    result.widen()
    await at('word=Go&ordering=price')
    await vi.waitFor(() => expect(asked(calls)).toEqual({ search: 'Go', ordering: 'price', page: '1', page_size: '12' }))
  })

  it('goes back and forward', async () => {
    const calls = found()
    const { result, router } = await look('word=Go&kind=1')
    const kinds = (...asked: (string | null)[]) =>
      vi.waitFor(() => expect(calls.map(({ url }) => url.searchParams.get('kind'))).toEqual(asked))
    await kinds('1')
    result.change({ kind: undefined })
    await kinds('1', null)

    router.back()
    await kinds('1', null, '1')
    expect(result.state.value.kind).toBe(CourseKind.Free)
    router.forward()
    await kinds('1', null, '1', null)
  })

  it('stays as it is while another page opens', async () => {
    const calls = found()
    const { result, router } = await look('word=Go&page=2')
    await vi.waitFor(() => expect(result.hits.value).toHaveLength(1))

    await router.push('/actual-course?page=3&category=1')

    expect(result.state.value).toMatchObject({ word: 'Go', page: 2, category: undefined })
    expect(calls).toHaveLength(1)
  })

  it('goes back to the first page from one past the end', async () => {
    answer('get', 'course/search/', ({ url }) =>
      url.searchParams.get('page') === '1'
        ? { data: pageOf([aHit()]), extra: understood() }
        : { status: 404, code: 1004 },
    )

    const { result, router } = await look('word=Go&kind=2&page=99')

    await vi.waitFor(() => expect(result.hits.value).toHaveLength(1))
    expect(router.currentRoute.value.fullPath).toBe('/course/search?word=Go&kind=2')
  })
})
