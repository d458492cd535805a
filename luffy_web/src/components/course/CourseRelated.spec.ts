import { screen, within } from '@testing-library/vue'
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
  it('shows courses that are like this one, and those that its students have', async () => {
    comeNear()
    answer('get', 'course/3/related/', {
      data: [aCourse({ id: 4, name: '数据分析' })],
      extra: { also_studied: [aCourse({ id: 5, name: '机器学习' })] },
    })

    await show(CourseRelated, { props: { courseId: 3 } })

    expect(await screen.findByRole('heading', { level: 2, name: '相关课程' })).toBeVisible()
    expect(screen.getByRole('link', { name: '数据分析' })).toHaveAttribute('href', '/course/4')
    const bought = screen.getByRole('region', { name: '学过这门课的同学还学了' })
    expect(within(bought).getByRole('link', { name: '机器学习' })).toHaveAttribute('href', '/course/5')
  })

  it('is nothing where there are none', async () => {
    comeNear()
    const calls = answer('get', 'course/3/related/', { data: [], extra: { also_studied: [] } })

    await show(CourseRelated, { props: { courseId: 3 } })

    await vi.waitFor(() => expect(calls).toHaveLength(1))
    expect(screen.queryByRole('heading')).not.toBeInTheDocument()
  })
})
