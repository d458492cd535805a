import { screen, within } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { useConfirm } from '@/composables/base/useConfirm'
import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import CommunityLesson from './CommunityLesson.vue'

const rights = { may_answer: true, may_delete: true, may_report: false }
const question = {
  ...{ id: 3, course: 9, course_name: 'Python', section: 5, section_name: '环境', author: '张**', is_own: true },
  ...{ title: '为什么报错', text: '第三行', position: 65, answer_count: 1, state: 1, state_name: '已展示', reason: '' },
  ...{ created_time: '2026-11-20T08:00:00Z', edited_at: null },
}
const reply = {
  ...{ id: 8, question: 3, author: '李老师', author_role: 2, author_role_name: '讲师', is_own: false, text: '看第二行' },
  ...{ accepted: false, state: 1, state_name: '已展示', reason: '', created_time: '2026-11-20T09:00:00Z', edited_at: null },
  ...{ may_change: false, may_delete: false, may_report: true },
}
const note = {
  ...{ id: 4, course: 9, course_name: 'Python', section: 5, section_name: '环境', position: 70, text: '装好了' },
  ...{ created_time: '2026-11-20T08:00:00Z', updated_time: '2026-11-20T08:00:00Z' },
}
const page = (...results: object[]) => ({ data: { count: results.length, next: null, previous: null, results } })
const lesson = (seek = vi.fn(), owned = true) =>
  show(CommunityLesson, { props: { courseId: 9, sectionId: 5, owned, position: () => 65.4, onSeek: seek }, loggedIn: true })

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

describe('CommunityLesson', () => {
  it('asks at the second where the video stands, and reads the list anew', async () => {
    const lists = answer('get', 'community/question/', page())
    const asked = answer('post', 'community/section/5/question/', { data: question })
    await lesson()

    await userEvent.click(await screen.findByRole('button', { name: '我要提问' }))
    await userEvent.type(screen.getByRole('textbox', { name: '问题' }), '为什么报错')
    await userEvent.click(screen.getByRole('button', { name: '记下当前时间点' }))
    await userEvent.click(screen.getByRole('button', { name: '发布提问' }))

    await vi.waitFor(() => expect(lists).toHaveLength(2))
    expect(asked.map(({ body }) => body)).toEqual([{ title: '为什么报错', text: '', position: 65 }])
    expect(screen.queryByRole('button', { name: '发布提问' })).toBeNull()
  })

  it('searches a section or the course, and jumps to the second of a question', async () => {
    const lists = answer('get', 'community/question/', page(question))
    const seek = vi.fn()
    await lesson(seek)

    await userEvent.click(await screen.findByRole('button', { name: '跳到视频的01:05' }))
    expect(seek).toHaveBeenCalledWith(65)
    await userEvent.type(screen.getByRole('searchbox', { name: '搜索提问和回答' }), '报错')
    await userEvent.click(screen.getByRole('button', { name: '搜索' }))
    await userEvent.click(screen.getByRole('button', { name: '整门课程' }))
    await vi.waitFor(() => expect(lists.at(-1)?.url.search).toBe('?course=9&search=%E6%8A%A5%E9%94%99&page=1'))
  })

  it('offers the questions of the whole course only to those who have it', async () => {
    answer('get', 'community/question/', page(question))
    await lesson(vi.fn(), false)

    expect(await screen.findByRole('searchbox', { name: '搜索提问和回答' })).toBeVisible()
    expect(screen.queryByRole('button', { name: '整门课程' })).toBeNull()
  })

  it('lets the asker accept an answer, which is marked as the teacher’s, and report it', async () => {
    answer('get', 'community/question/', page(question))
    answer('get', 'community/question/3/', { data: { question, ...rights, waiting: [] } })
    answer('get', 'community/question/3/answer/', page(reply))
    const accepted = answer('put', 'community/answer/8/accept/', {})
    const reports = answer('post', 'community/answer/8/report/', {})
    await lesson()

    await userEvent.click(await screen.findByRole('button', { name: '为什么报错' }))
    const [, article] = await screen.findAllByRole('article')
    const row = within(article ?? document.body)
    expect(row.getByText('看第二行')).toBeVisible()
    expect(row.getByText('讲师')).toBeVisible()
    await userEvent.click(row.getByRole('button', { name: /^采纳/ }))
    await vi.waitFor(() => expect(accepted.map(({ body }) => body)).toEqual([{ accepted: true }]))
    await userEvent.click(row.getByRole('button', { name: /^举报「/ }))
    await userEvent.type(row.getByRole('textbox', { name: '举报的原因' }), '广告')
    await userEvent.click(row.getByRole('button', { name: '提交举报' }))
    await vi.waitFor(() => expect(reports.map(({ body }) => body)).toEqual([{ reason: '广告' }]))
  })

  it('offers what the server would take, and reads the question anew when that has changed meanwhile', async () => {
    const own = { ...reply, id: 9, author: '我', is_own: true, text: '重启一下', may_delete: true, may_report: false }
    answer('get', 'community/question/', page(question))
    const pages = answer('get', 'community/question/3/', { data: { question, ...rights, waiting: [] } })
    answer('get', 'community/question/3/answer/', page({ ...reply, may_report: false }, own))
    const removed = answer('delete', 'community/question/3/', { status: 409, msg: '已有其他人回答，不能删除；您可以修改提问' })
    await lesson()

    await userEvent.click(await screen.findByRole('button', { name: '为什么报错' }))
    expect(await screen.findByRole('button', { name: '删除「重启一下」' })).toBeVisible()
    expect(screen.queryByRole('button', { name: '修改「重启一下」' })).toBeNull()
    expect(screen.queryByRole('button', { name: /^举报/ })).toBeNull()
    const anew = answer('get', 'community/question/3/', { data: { question, ...rights, may_delete: false, waiting: [] } })
    await userEvent.click(screen.getByRole('button', { name: '删除「为什么报错」' }))
    useConfirm().answer(true)

    await vi.waitFor(() => expect(screen.queryByRole('button', { name: '删除「为什么报错」' })).toBeNull())
    expect(screen.getByRole('button', { name: '修改「为什么报错」' })).toBeVisible()
    expect([removed.length, pages.length, anew.length]).toEqual([1, 1, 1])
  })

  it('lets the asker take an acceptance back, or accept another answer instead, and says so', async () => {
    const [first, second] = [{ ...reply, accepted: true }, { ...reply, id: 9, text: '重启一下' }]
    answer('get', 'community/question/', page(question))
    answer('get', 'community/question/3/', { data: { question, ...rights, waiting: [] } })
    answer('get', 'community/question/3/answer/', page(first, second))
    const taken = answer('put', 'community/answer/8/accept/', {})
    const other = answer('put', 'community/answer/9/accept/', {})
    await lesson()

    await userEvent.click(await screen.findByRole('button', { name: '为什么报错' }))
    await userEvent.click(await screen.findByRole('button', { name: '取消采纳「看第二行」' }))
    await vi.waitFor(() => expect(taken.map(({ body }) => body)).toEqual([{ accepted: false }]))
    await userEvent.click(await screen.findByRole('button', { name: '改为采纳「重启一下」' }))
    await vi.waitFor(() => expect(other.map(({ body }) => body)).toEqual([{ accepted: true }]))
  })

  it('remembers on the second page of answers that one of the first is accepted', async () => {
    const [first, second] = [{ ...reply, accepted: true }, { ...reply, id: 9, text: '重启一下' }]
    answer('get', 'community/question/', page(question))
    answer('get', 'community/question/3/', { data: { question, ...rights, waiting: [] } })
    answer('get', 'community/question/3/answer/', { data: { ...page(first).data, count: 11 } })
    await lesson()

    await userEvent.click(await screen.findByRole('button', { name: '为什么报错' }))
    expect(await screen.findByRole('button', { name: '取消采纳「看第二行」' })).toBeVisible()
    answer('get', 'community/question/3/answer/', { data: { ...page(second).data, count: 11 } })
    await userEvent.click(screen.getByRole('button', { name: '第 2 页' }))

    expect(await screen.findByRole('button', { name: '改为采纳「重启一下」' })).toBeVisible()
  })

  it('writes notes with the second of the video', async () => {
    answer('get', 'community/question/', page())
    answer('get', 'community/note/', page(note))
    const writes = answer('post', 'community/section/5/note/', { data: note })
    const seek = vi.fn()
    await lesson(seek)

    await userEvent.click(await screen.findByRole('tab', { name: '笔记' }))
    await userEvent.type(await screen.findByRole('textbox', { name: '写笔记' }), '装好了')
    await userEvent.click(screen.getByRole('button', { name: '记下当前时间点' }))
    await userEvent.click(screen.getByRole('button', { name: '保存笔记' }))
    await vi.waitFor(() => expect(writes.map(({ body }) => body)).toEqual([{ text: '装好了', position: 65 }]))
    await userEvent.click(await screen.findByRole('button', { name: '跳到视频的01:10' }))
    expect(seek).toHaveBeenCalledWith(70)
  })
})
