import { expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'
import { aCourse } from '@/testing/samples'
import { answer } from '@/testing/server'
import { CourseKind } from '@/types'

import { useListings } from './useListings'

it('asks once for the courses of all kinds, and again when asked', async () => {
  const calls = answer('get', 'home/listing/', { status: 503, msg: '服务暂时不可用' })
  const { result } = await run(useListings)
  await vi.waitFor(() => expect(result.error.value?.msg).toBe('服务暂时不可用'))
  expect(calls).toHaveLength(1)
  expect(result.coursesOf(CourseKind.Light)).toEqual([])

  answer('get', 'home/listing/', {
    data: [
      { kind: 1, kind_name: '免费课', courses: [] },
      { kind: 3, kind_name: '轻课', courses: [aCourse({ id: 7 })] },
    ],
  })
  await result.retry()

  expect(result.coursesOf(CourseKind.Light).map(({ id }) => id)).toEqual([7])
  expect(result.coursesOf(CourseKind.Free)).toEqual([])
  expect(result.error.value).toBeNull()
})
