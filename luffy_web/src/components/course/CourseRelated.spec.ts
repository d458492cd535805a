import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { aCourse } from '@/testing/samples'
import { answer } from '@/testing/server'

import CourseRelated from './CourseRelated.vue'

/** jsdom has no layout: as soon as it is watched, it has come near. */
function comeNear() {
  class Observer {
    constructor(private readonly see: (entries: object[]) => void) {}
    observe(target: Element) {
      this.see([{ target, isIntersecting: true, time: 1 }])
    }
    disconnect() {
      /* Nothing is kept. */
    }
  }
  vi.stubGlobal('IntersectionObserver', Observer)
}

describe('CourseRelated', () => {
  it('shows courses that are like this one', async () => {
    comeNear()
    answer('get', 'course/3/related/', { data: [aCourse({ id: 4, name: '数据分析' })] })

    await show(CourseRelated, { props: { courseId: 3 } })

    expect(await screen.findByRole('heading', { level: 2, name: '相关课程' })).toBeVisible()
    expect(screen.getByRole('link', { name: '数据分析' })).toHaveAttribute('href', '/course/4')
  })

  it('is nothing where there are none', async () => {
    comeNear()
    const calls = answer('get', 'course/3/related/', { data: [] })

    await show(CourseRelated, { props: { courseId: 3 } })

    await vi.waitFor(() => expect(calls).toHaveLength(1))
    expect(screen.queryByRole('heading')).not.toBeInTheDocument()
  })
})
