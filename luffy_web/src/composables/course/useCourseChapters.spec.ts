import { expect, it, vi } from 'vitest'
import { ref } from 'vue'

import { run } from '@/testing/mounting'
import { aChapter, aSection } from '@/testing/samples'
import { answer } from '@/testing/server'

import { useCourseChapters } from './useCourseChapters'

it('loads the outline of each course, and lists its sections in order', async () => {
  const calls = answer('get', 'course/chapter/', {
    data: [aChapter([aSection({ id: 1 }), aSection({ id: 2 })]), aChapter([]), aChapter([aSection({ id: 3 })])],
  })
  const course = ref(9)
  const { result } = await run(() => useCourseChapters(() => course.value))
  await vi.waitFor(() => expect(result.chapters.value).toHaveLength(3))
  expect(result.sections.value.map(({ id }) => id)).toEqual([1, 2, 3])

  course.value = 10

  await vi.waitFor(() => expect(calls.map(({ url }) => url.search)).toEqual(['?course=9', '?course=10']))
})
