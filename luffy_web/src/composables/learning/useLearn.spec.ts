import { describe, expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'
import { aChapter, aCourse, aDetail, aSection, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

import { useLearn } from './useLearn'

const SECTIONS = [
  aSection({ id: 1, section_type: 0 }),
  aSection({ id: 2 }),
  aSection({ id: 3, name: '下一节' }),
]

async function learning(section: number | undefined, loggedIn = true) {
  answer('get', 'course/9/', { data: aDetail({ owned: loggedIn }) })
  answer('get', 'course/chapter/', { data: [aChapter(SECTIONS)] })
  return run(() => useLearn(() => 9, () => section), { loggedIn, at: '/learn/9' })
}

describe('useLearn', () => {
  it('knows the section and the one after it', async () => {
    const { result } = await learning(2)
    await vi.waitFor(() => expect(result.section.value?.id).toBe(2))

    expect(result.next.value?.name).toBe('下一节')
  })

  it('goes on where the student was', async () => {
    const progress = { percent: 40, section_id: 3, position: 12 }
    answer('get', 'course/mine/', { data: pageOf([{ ...aCourse(), progress }]) })

    const { router } = await learning(undefined)

    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/learn/9/3'))
  })

  it('finds its place among more courses than one page holds', async () => {
    const others = Array.from({ length: 50 }, (_, at) => aCourse({ id: 100 + at }))
    const progress = { percent: 40, section_id: 3, position: 12 }
    const calls = answer('get', 'course/mine/', ({ url }) => ({
      data: pageOf(
        url.searchParams.get('page') === '1'
          ? others.map((course) => ({ ...course, progress }))
          : [{ ...aCourse(), progress }],
        51,
      ),
    }))

    const { router } = await learning(undefined)

    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/learn/9/3'))
    expect(calls.map(({ url }) => url.search)).toEqual(['?page=1&page_size=50', '?page=2&page_size=50'])
  })

  it('begins with the first video when the place cannot be asked for', async () => {
    answer('get', 'course/mine/', { status: 503 })

    const { router } = await learning(undefined)

    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/learn/9/2'))
  })

  it('begins with the first video for everybody else', async () => {
    const { router } = await learning(undefined, false)

    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/learn/9/2'))
  })
})
