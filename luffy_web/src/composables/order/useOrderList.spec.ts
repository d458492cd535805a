import { describe, expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'
import { anOrder, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'
import { OrderStatus } from '@/types'

import { useOrderList } from './useOrderList'

const list = (at: string) => run(useOrderList, { at, loggedIn: true })

describe('useOrderList', () => {
  it('filters by the status in the query string, 0 included', async () => {
    const calls = answer('get', 'order/', { data: pageOf([anOrder()]) })

    const { result } = await list('/user/orders?status=0&page=2')

    await vi.waitFor(() => expect(result.orders.value).toHaveLength(1))
    expect(result.state.value).toEqual({ status: OrderStatus.Unpaid, page: 2 })
    expect(calls[0]?.url.search).toBe('?order_status=0&page=2')
  })

  it('ignores an unknown status', async () => {
    const calls = answer('get', 'order/', { data: pageOf([]) })

    await list('/user/orders?status=9')

    await vi.waitFor(() => expect(calls[0]?.url.search).toBe('?page=1'))
  })

  it('starts on the first page of another status, and drops the filter again', async () => {
    answer('get', 'order/', { data: pageOf([]) })
    const { result, router } = await list('/user/orders?page=2')

    result.change({ status: OrderStatus.Refunded })
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/user/orders?status=4'))
    result.change({ status: undefined })

    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/user/orders'))
  })
})
