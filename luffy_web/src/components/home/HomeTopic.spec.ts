import { screen, within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { aCourse } from '@/testing/samples'
import { answer } from '@/testing/server'

import HomeTopic from './HomeTopic.vue'
import HomeTopics from './HomeTopics.vue'

const link = { id: 1, slug: 'double-11', title: '双十一', brief: '好课都在这里', cover: '/media/topic/1.webp', cover_set: [] }

/** jsdom has no layout: what is watched has come near at once, or never does. */
function comeNear(isIntersecting: boolean) {
  class Observer {
    constructor(private readonly see: (entries: object[]) => void) {}
    observe(target: Element) {
      this.see([{ target, isIntersecting, time: 1 }])
    }
    disconnect() {
      /* Nothing is kept. */
    }
  }
  vi.stubGlobal('IntersectionObserver', Observer)
}

describe('HomeTopic', () => {
  it('shows the introduction and the courses in their order', async () => {
    const courses = [aCourse({ id: 4, name: '数据分析' }), aCourse({ id: 3, name: '爬虫' })]
    answer('get', 'home/topic/double-11/', { data: { ...link, html: '<p>满减</p>', courses } })

    await show(HomeTopic, { props: { slug: 'double-11' } })

    expect(await screen.findByRole('heading', { level: 1, name: '双十一' })).toBeVisible()
    expect(screen.getByText('满减')).toBeVisible()
    const names = within(screen.getByRole('region', { name: '专题课程' })).getAllByRole('heading', { level: 3 })
    expect(names.map((each) => each.textContent)).toEqual(['数据分析', '爬虫'])
  })

  it('shows a draft by its preview link, and says when the link has ended', async () => {
    const calls = answer('get', 'home/topic/draft/preview/', {
      data: { ...link, slug: 'draft', html: '', courses: [], preview_ends_at: '2026-12-05T20:00:00+08:00' },
    })
    const { unmount } = await show(HomeTopic, { props: { slug: 'draft', preview: 'token' } })
    expect(await screen.findByText(/这是专题预览/)).toBeVisible()
    expect(calls[0]?.url.searchParams.get('token')).toBe('token')
    expect(screen.queryByRole('region', { name: '专题课程' })).toBeNull()
    unmount()

    answer('get', 'home/topic/draft/preview/', { status: 404, msg: '预览链接无效或已过期' })
    await show(HomeTopic, { props: { slug: 'draft', preview: 'token' } })
    expect(await screen.findByText('预览链接无效或已过期')).toBeVisible()
  })

  it('says so when there is none', async () => {
    answer('get', 'home/topic/gone/', { status: 404, msg: '专题不存在或已结束' })

    await show(HomeTopic, { props: { slug: 'gone' } })

    expect(await screen.findByText('这个专题不存在，或者已经结束了。')).toBeVisible()
  })
})

describe('HomeTopics', () => {
  it('leads to the topics once somebody comes near, and is nothing without any', async () => {
    const none = answer('get', 'home/topic/', { data: [] })
    comeNear(false)
    const { unmount: leave } = await show(HomeTopics)
    expect(none).toHaveLength(0)
    leave()

    comeNear(true)
    answer('get', 'home/topic/', { data: [link] })
    const { unmount } = await show(HomeTopics)
    expect(await screen.findByRole('link', { name: '双十一' })).toHaveAttribute('href', '/topic/double-11')
    expect(screen.getByRole('link', { name: '全部专题' })).toHaveAttribute('href', '/topics')
    unmount()

    const calls = answer('get', 'home/topic/', { data: [] })
    await show(HomeTopics)
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    await vi.waitFor(() => expect(screen.queryByRole('heading')).toBeNull())
  })
})
