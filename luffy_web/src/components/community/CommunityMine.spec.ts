import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

import CommunityMine from './CommunityMine.vue'

const rights = { may_answer: true, may_delete: true, may_report: false }
const question = {
  ...{ id: 3, course: 9, course_name: 'Python', section: 5, section_name: '环境', author: '张**', is_own: true },
  ...{ title: '为什么报错', text: '第三行', position: 65, answer_count: 0, state: 1, state_name: '已展示', reason: '' },
  ...{ created_time: '2026-11-20T08:00:00Z', edited_at: null },
}
const note = {
  ...{ id: 4, course: 9, course_name: 'Python', section: 5, section_name: '环境', position: 70, text: '装好了' },
  ...{ created_time: '2026-11-20T08:00:00Z', updated_time: '2026-11-20T08:00:00Z' },
}

describe('CommunityMine', () => {
  it('leads from a question, and from its list, to the second of the lesson', async () => {
    answer('get', 'community/question/mine/', { data: pageOf([question]) })
    answer('get', 'community/question/3/', { data: { question, ...rights, waiting: [] } })
    answer('get', 'community/question/3/answer/', { data: pageOf([]) })
    await show(CommunityMine, { loggedIn: true, at: '/user/questions' })

    expect(await screen.findByRole('link', { name: '去看视频的01:05' })).toHaveAttribute('href', '/learn/9/5?at=65')
    await userEvent.click(screen.getByRole('button', { name: '为什么报错' }))

    expect(await screen.findByRole('link', { name: 'Python / 环境' })).toHaveAttribute('href', '/learn/9/5')
    expect(screen.getByRole('link', { name: '去看视频的01:05' })).toHaveAttribute('href', '/learn/9/5?at=65')
  })

  it('opens the question that the address names, and keeps the page of the list on the way back', async () => {
    answer('get', 'community/question/mine/', { data: pageOf([question], 23) })
    answer('get', 'community/question/3/', { data: { question, ...rights, waiting: [] } })
    answer('get', 'community/question/3/answer/', { data: pageOf([]) })
    const { router } = await show(CommunityMine, { loggedIn: true, at: '/user/questions?question=3&page=2' })

    expect(await screen.findByRole('heading', { name: '为什么报错' })).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: '返回提问列表' }))

    expect(await screen.findByRole('list', { name: '我的提问' })).toBeVisible()
    expect(router.currentRoute.value.fullPath).toBe('/user/questions?page=2')
    await userEvent.click(screen.getByRole('button', { name: '为什么报错' }))
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/user/questions?question=3&page=2'))
  })

  it('leads from a note there, and for one at the beginning not to where the video was left', async () => {
    answer('get', 'community/note/', { data: pageOf([note, { ...note, id: 5, position: 0 }]) })
    await show(CommunityMine, { loggedIn: true, at: '/user/questions?show=notes' })

    expect(await screen.findByRole('link', { name: '去看视频的01:10' })).toHaveAttribute('href', '/learn/9/5?at=70')
    expect(screen.getByRole('link', { name: '去看视频的00:00' })).toHaveAttribute('href', '/learn/9/5?at=1')
  })
})
