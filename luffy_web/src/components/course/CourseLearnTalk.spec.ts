import { screen } from '@testing-library/vue'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'

import CourseLearnTalk from './CourseLearnTalk.vue'

describe('CourseLearnTalk', () => {
  const lesson = () => screen.queryByRole('region', { name: '问答与笔记' })

  afterEach(() => vi.unstubAllGlobals())

  it('comes when the browser has nothing else to do, or has been busy for long', async () => {
    const whenIdle = vi.fn<typeof requestIdleCallback>()
    vi.stubGlobal('requestIdleCallback', whenIdle)
    vi.stubGlobal('IntersectionObserver', class {
      observe = vi.fn()
      disconnect = vi.fn()
    })
    await show(CourseLearnTalk, { props: { courseId: 9, sectionId: 5, owned: true, player: null } })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(lesson()).toBeNull()
    const [[act, options] = []] = whenIdle.mock.calls
    expect(options).toEqual({ timeout: 500 })

    act?.({ didTimeout: false, timeRemaining: () => 50 })

    expect(await screen.findByRole('region', { name: '问答与笔记' })).toBeInTheDocument()
  })
})
