import { describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'

import { run } from '@/testing/mounting'
import { aChapter, aDetail, aSection } from '@/testing/samples'
import { answer } from '@/testing/server'

import { useLearn } from './useLearn'

const SECTIONS = [
  aSection({ id: 1, section_type: 0 }),
  aSection({ id: 2 }),
  aSection({ id: 3, name: '下一节' }),
]

const PROGRESS = {
  course: { percent: 33, done: 1, total: 3, section_id: 3, section_name: '下一节', position: 12 },
  sections: [{ id: 2, percent: 100, done: true }],
}

async function learning(section: number | undefined, loggedIn = true) {
  answer('get', 'course/9/', { data: aDetail({ owned: loggedIn }) })
  answer('get', 'course/chapter/', { data: [aChapter(SECTIONS)] })
  return run(() => useLearn(() => 9, () => section), { loggedIn, at: '/learn/9' })
}

describe('useLearn', () => {
  it('knows the section and the one after it', async () => {
    answer('get', 'course/9/progress/', { data: PROGRESS })
    const { result } = await learning(2)
    await vi.waitFor(() => expect(result.section.value?.id).toBe(2))

    expect(result.next.value?.name).toBe('下一节')
  })

  it('knows the section before', async () => {
    answer('get', 'course/9/progress/', { data: PROGRESS })
    const { result } = await learning(2)
    await vi.waitFor(() => expect(result.previous.value?.id).toBe(1))
  })

  it('goes on where the student was, by one question', async () => {
    const calls = answer('get', 'course/9/progress/', { data: PROGRESS })

    const { router } = await learning(undefined)

    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/learn/9/3'))
    expect(calls).toHaveLength(1)
  })

  it('knows what is done, and asks again when something is', async () => {
    const calls = answer('get', 'course/9/progress/', { data: PROGRESS })
    const { result } = await learning(2)
    await vi.waitFor(() => expect(result.standings.value.get(2)?.done).toBe(true))

    result.refreshProgress()

    await vi.waitFor(() => expect(calls).toHaveLength(2))
    expect(result.isKept.value).toBe(true)
  })

  it('asks for the course again once a member has opened it by a section, and for no other', async () => {
    answer('get', 'course/9/progress/', { data: PROGRESS })
    answer('get', 'course/chapter/', { data: [aChapter([aSection({ id: 1, free_trail: true }), aSection({ id: 2, free_trail: false })])] })
    let owned = false
    const calls = answer('get', 'course/9/', () => ({ data: aDetail({ owned }) }))
    const section = ref(1)
    const { result } = await run(() => useLearn(() => 9, () => section.value), { loggedIn: true, at: '/learn/9' })
    await vi.waitFor(() => expect(result.section.value?.id).toBe(1))

    result.opened()
    expect(calls).toHaveLength(1)

    section.value = 2
    owned = true
    result.opened()
    await vi.waitFor(() => expect(result.isKept.value).toBe(true))
    result.opened()
    expect(calls).toHaveLength(2)
  })

  it('begins with the first video when the place cannot be asked for', async () => {
    answer('get', 'course/9/progress/', { status: 404 })

    const { router } = await learning(undefined)

    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/learn/9/2'))
  })

  it('begins with the first video for everybody else', async () => {
    const { router } = await learning(undefined, false)

    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/learn/9/2'))
  })
})
