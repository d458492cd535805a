import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'

import { ApiError } from '@/api/errors'
import { positiveOf, textOf } from '@/format/query'
import { run } from '@/testing/mounting'
import { pageOf } from '@/testing/samples'

import { usePagedList, useQueryState } from './usePagedList'

const useState = () =>
  useQueryState(
    ({ status, page }) => ({ status: textOf(status), page: positiveOf(page) ?? 1 }),
    ({ status }) => ({ status: status || undefined }),
  )

describe('useQueryState', () => {
  it('reads the query string, and writes changes on the first page', async () => {
    const { result, router } = await run(useState, { at: '/user/orders?status=1&page=3' })
    expect(result.state.value).toEqual({ status: '1', page: 3 })

    result.change({ status: '2' })
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/user/orders?status=2'))
    result.change({ page: 2 })

    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/user/orders?status=2&page=2'))
  })

  it('keeps its state while another page is being opened', async () => {
    const { result, router } = await run(useState, { at: '/user/orders?status=1&page=3' })
    expect(result.state.value.page).toBe(3)

    await router.push('/course/search?page=7')

    expect(result.state.value).toEqual({ status: '1', page: 3 })
  })
})

describe('usePagedList', () => {
  it('loads again whenever the query changes, and only then', async () => {
    const query = ref({ page: 1, kind: 2 })
    const fetchPage = vi.fn(() => Promise.resolve(pageOf(['a', 'b'], 12)))
    const { result } = await run(() => usePagedList(() => query.value, fetchPage))
    await vi.waitFor(() => expect(result.loading.value).toBe(false))

    query.value = { page: 1, kind: 2 }
    await Promise.resolve()
    expect(fetchPage).toHaveBeenCalledOnce()
    query.value = { page: 2, kind: 2 }
    await vi.waitFor(() => expect(fetchPage).toHaveBeenCalledTimes(2))

    expect(result.rows.value).toEqual(['a', 'b'])
    expect(result.count.value).toBe(12)
  })

  it('shows nothing for no query', async () => {
    const query = ref<{ page: number } | null>({ page: 1 })
    const { result } = await run(() => usePagedList(() => query.value, () => Promise.resolve(pageOf(['a']))))
    await vi.waitFor(() => expect(result.rows.value).toEqual(['a']))

    query.value = null

    await vi.waitFor(() => expect(result.rows.value).toEqual([]))
    expect([result.count.value, result.loading.value]).toEqual([0, false])
  })

  it.each([
    [404, 5, '/user/orders?status=1'],
    [404, 1, '/user/orders?status=1&page=5'],
    [503, 5, '/user/orders?status=1&page=5'],
  ])('after a %d for page %d the address is %s', async (status, page, address) => {
    const fetchPage = () => Promise.reject(new ApiError(status, 0, ''))
    const { result, router } = await run(() => usePagedList(() => ({ page }), fetchPage), {
      at: '/user/orders?status=1&page=5',
    })

    await vi.waitFor(() => expect(result.error.value?.status).toBe(status))
    await flushPromises()

    expect(router.currentRoute.value.fullPath).toBe(address)
  })
})
