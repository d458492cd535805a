import { screen, within } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import CommunityRatings from './CommunityRatings.vue'

const rating = {
  id: 3,
  author: '张**',
  stars: 4,
  text: '讲得清楚',
  created_time: '2026-11-20T08:00:00Z',
  edited_at: null,
  answer: '谢谢您',
  answered_at: '2026-11-21T08:00:00Z',
}
const own = (changes: object | null) => ({
  data: {
    may_rate: true,
    rating: changes && { ...rating, state: 1, state_name: '已展示', reason: '', ...changes },
  },
})
const page = (results: object[], by_stars: number[]) => ({
  data: { count: results.length, next: null, previous: null, results },
  extra: { by_stars },
})
const section = (loggedIn = true) => show(CommunityRatings, { props: { courseId: 9 }, loggedIn })

/** jsdom has no layout: as soon as it is watched, it has come near. */
beforeEach(() => {
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
})

describe('CommunityRatings', () => {
  it('is where a message of an answer leads, which the student reads at the own rating', async () => {
    const scrolled = vi.fn()
    Element.prototype.scrollIntoView = scrolled
    answer('get', 'community/rating/', page([], [0, 0, 0, 1, 0]))
    answer('get', 'community/course/9/rating/', own({}))
    await show(CommunityRatings, { props: { courseId: 9 }, loggedIn: true, at: '/course/9#ratings' })

    expect(await screen.findByText('谢谢您')).toBeVisible()
    await vi.waitFor(() => expect(scrolled).toHaveBeenCalledTimes(2))
  })

  it('shows ratings with their answers, and those with so many stars', async () => {
    const calls = answer('get', 'community/rating/', page([rating], [0, 0, 0, 1, 0]))
    await section(false)

    const row = within(await screen.findByRole('article'))
    expect(row.getByText('张**')).toBeVisible()
    expect(row.getByRole('img', { name: '4 星' })).toBeVisible()
    expect(row.getByText('谢谢您')).toBeVisible()
    expect(screen.queryByRole('textbox')).toBeNull()

    await userEvent.click(screen.getByRole('button', { name: '4 星 1' }))
    await vi.waitFor(() => expect(calls.at(-1)?.url.search).toBe('?course=9&stars=4&page=1'))
  })

  it('lets an owner rate the course, and reads the list anew', async () => {
    const lists = answer('get', 'community/rating/', page([], [0, 0, 0, 0, 0]))
    answer('get', 'community/course/9/rating/', own(null))
    const saves = answer('put', 'community/course/9/rating/', own({}))
    await section()

    const publish = await screen.findByRole('button', { name: '发布评价' })
    expect(publish).toBeDisabled()
    await userEvent.click(screen.getByRole('radio', { name: '4 星，不错' }))
    await userEvent.type(screen.getByRole('textbox'), '讲得清楚')
    await userEvent.click(publish)

    expect(await screen.findByRole('button', { name: '保存修改' })).toBeVisible()
    expect(saves.map(({ body }) => body)).toEqual([{ stars: 4, text: '讲得清楚' }])
    expect(lists).toHaveLength(2)
  })

  it('says why a rating is hidden, which cannot be deleted then', async () => {
    answer('get', 'community/rating/', page([], [0, 0, 0, 0, 0]))
    answer('get', 'community/course/9/rating/', own({ state: 3, state_name: '已隐藏', reason: '广告' }))
    await section()

    expect(await screen.findByText('您的评价已隐藏，原因：广告。')).toBeVisible()
    expect(screen.queryByRole('button', { name: '删除评价' })).toBeNull()
  })

  it('has no form for who never had the course', async () => {
    answer('get', 'community/rating/', page([], [0, 0, 0, 0, 0]))
    const calls = answer('get', 'community/course/9/rating/', { data: { may_rate: false, rating: null } })
    await section()

    expect(await screen.findByText('还没有评价。')).toBeVisible()
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    expect(screen.queryByRole('textbox')).toBeNull()
  })
})
