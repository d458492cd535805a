import { expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'
import { aCourse, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

import { useMyCourses } from './useMyCourses'

it('loads the page of the query string, and the next one', async () => {
  const mine = { ...aCourse(), progress: { percent: 40, section_id: 117, position: 30 } }
  const calls = answer('get', 'course/mine/', { data: pageOf([mine], 25) })
  const { result, router } = await run(useMyCourses, { at: '/user/courses?page=2', loggedIn: true })
  await vi.waitFor(() => expect(result.courses.value).toEqual([mine]))

  result.change({ page: 3 })

  await vi.waitFor(() => expect(calls.map(({ url }) => url.search)).toEqual(['?page=2', '?page=3']))
  expect(router.currentRoute.value.fullPath).toBe('/user/courses?page=3')
  expect(result.count.value).toBe(25)
})
