import { screen, within } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'

import { useConfirm } from '@/composables/base/useConfirm'
import { show } from '@/testing/mounting'
import { aCourse, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

import CourseMine from './CourseMine.vue'

const progress = { percent: 40, done: 2, total: 5, section_id: 117, section_name: '变量', position: 65, certificate: false }
const courses = [
  { ...aCourse({ id: 1, name: '免费的课' }), progress, can_leave: true, ends_at: null },
  { ...aCourse({ id: 2, name: '买来的课' }), progress, can_leave: false, ends_at: null },
]

async function mine() {
  const calls = answer('get', 'course/mine/', { data: pageOf(courses) })
  const { router } = await show(CourseMine, { loggedIn: true, at: '/user/courses' })
  await screen.findByText('免费的课')
  return { calls, router }
}

describe('CourseMine', () => {
  it('narrows to what is finished or not, in the address too', async () => {
    const { calls, router } = await mine()

    await userEvent.click(screen.getByRole('button', { name: '已完成' }))

    await vi.waitFor(() => expect(calls.at(-1)?.url.search).toBe('?page=1&state=finished'))
    expect(router.currentRoute.value.query).toEqual({ state: 'finished' })
  })

  it('says until when a course may be studied, and which periods are over', async () => {
    const ends_at = '2099-01-31T12:00:00+08:00'
    answer('get', 'course/mine/', { data: pageOf([{ ...courses[1], ends_at }]) })
    const over = { ...aCourse({ id: 3, name: '学过的课' }), progress, can_leave: false, ends_at: '2026-01-31T12:00:00+08:00' }
    answer('get', 'course/mine/ended/', { data: [over] })
    await show(CourseMine, { loggedIn: true, at: '/user/courses' })

    expect(await screen.findByText('学习至 2099-01-31')).toBeVisible()
    const ended = within(await screen.findByRole('region', { name: '已到期的课程' }))
    expect(ended.getByText('学习至 2026-01-31')).toBeVisible()
    expect(ended.getByText('已学 40%')).toBeVisible()
    expect(ended.getByRole('link', { name: '学过的课' })).toHaveAttribute('href', '/course/3')
  })

  it('leads to the certificate of a finished course, where it gives one', async () => {
    const finished = { ...progress, percent: 100, certificate: true }
    answer('get', 'course/mine/', { data: pageOf([{ ...courses[0], progress: finished }, courses[1]]) })
    await show(CourseMine, { loggedIn: true, at: '/user/courses' })

    const link = await screen.findByRole('link', { name: /^结课证书/ })
    expect(link).toHaveAttribute('href', '/user/certificates/1')
  })

  it('leaves a free course once confirmed, and offers it for no other', async () => {
    const { calls } = await mine()
    const left = answer('delete', 'course/1/enroll/', {})
    const [free, bought] = screen.getAllByRole('article') as [HTMLElement, HTMLElement]
    expect(within(bought).queryByRole('button')).toBeNull()

    await userEvent.click(within(free).getByRole('button', { name: '退出课程：免费的课' }))
    expect(left).toHaveLength(0)
    useConfirm().answer(true)

    await vi.waitFor(() => expect(left).toHaveLength(1))
    await vi.waitFor(() => expect(calls).toHaveLength(2))
  })
})
