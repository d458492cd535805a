import { flushPromises } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'
import { answer } from '@/testing/server'

import { useBanners } from './useBanners'

it('has the banners of the server, and none when they cannot be loaded', async () => {
  const banner = { id: 1, title: '新课', image: '/media/a.webp', image_set: [], phone_image: null, phone_image_set: [], link: '/course/9' }
  answer('get', 'home/banner/', { data: [banner] })
  const { result } = await run(useBanners)
  await vi.waitFor(() => expect(result.banners.value).toEqual([banner]))

  answer('get', 'home/banner/', { status: 503 })
  const { result: without } = await run(useBanners)
  await vi.waitFor(() => expect(without.loading.value).toBe(false))
  await flushPromises()

  expect(without.banners.value).toEqual([])
})
