import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { aCourse, aSession, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

import CommunityFavourite from './CommunityFavourite.vue'
import CommunityFavourites from './CommunityFavourites.vue'

const PATH = 'community/course/9/favourite/'
const heart = () => screen.getByRole('button', { name: '收藏' })
const state = (pressed: boolean) => vi.waitFor(() => expect(heart()).toHaveAttribute('aria-pressed', String(pressed)))

describe('CommunityFavourite', () => {
  it('shows what the server knows, and changes it', async () => {
    answer('get', PATH, { data: { is_favourite: true } })
    const put = answer('put', PATH, { data: { is_favourite: true } })
    const gone = answer('delete', PATH, { data: { is_favourite: false } })
    await show(CommunityFavourite, { loggedIn: true, props: { courseId: 9 } })
    await state(true)

    await userEvent.click(heart())
    await state(false)
    await userEvent.click(heart())
    await state(true)

    expect([gone.length, put.length]).toEqual([1, 1])
  })

  it('has a stranger log in, and keeps the course then', async () => {
    const asked = answer('get', PATH, { data: { is_favourite: false } })
    const put = answer('put', PATH, { data: { is_favourite: true } })
    await show(CommunityFavourite, { props: { courseId: 9 } })
    await state(false)

    await userEvent.click(heart())
    expect([asked.length, put.length]).toEqual([0, 0])
    useSessionStore().start(aSession())

    await state(true)
    expect(put).toHaveLength(1)
  })

  it('stays as it was when the server refuses', async () => {
    answer('put', PATH, { status: 409, msg: '最多收藏 500 门课程' })
    await show(CommunityFavourite, { loggedIn: true, props: { courseId: 9 } })

    await userEvent.click(heart())

    await state(false)
  })
})

describe('CommunityFavourites', () => {
  it('takes a course out of the list', async () => {
    let courses = [aCourse({ id: 1, name: '爬虫' }), aCourse({ id: 2, name: '前端' })]
    answer('get', 'community/favourite/', () => ({ data: pageOf(courses) }))
    answer('delete', 'community/course/1/favourite/', () => {
      courses = courses.slice(1)
      return { data: { is_favourite: false } }
    })
    await show(CommunityFavourites, { loggedIn: true, at: '/user/favourites' })

    await userEvent.click(await screen.findByRole('button', { name: '取消收藏：爬虫' }))

    await vi.waitFor(() => expect(screen.queryByText('爬虫')).toBeNull())
    expect(screen.getByText('前端')).toBeVisible()
  })
})
