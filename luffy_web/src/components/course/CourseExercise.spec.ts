import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import CourseExercise from './CourseExercise.vue'

const content = { section_type: 1, html: '<p>写一个循环</p>', answer_html: '<p>for i in range(3)</p>', own_answer: '我写的' }
const exercise = (props = {}) =>
  show(CourseExercise, { props: { sectionId: 42, content, kept: true, ...props }, loggedIn: true })

describe('CourseExercise', () => {
  it('keeps an answer of one\'s own and shows it beside the other', async () => {
    const saves = answer('put', 'course/section/:id/answer/', {})
    await exercise()
    const field = screen.getByRole('textbox', { name: '我的答案' })
    expect(field).toHaveValue('我写的')

    await userEvent.clear(field)
    await userEvent.type(field, '新的')
    expect(screen.getByText('尚未保存')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: '保存答案' }))
    await userEvent.click(screen.getByRole('button', { name: '查看答案' }))

    expect(await screen.findByText('已保存，只有您自己能看到')).toBeVisible()
    expect(saves.map(({ body }) => body)).toEqual([{ text: '新的' }])
    expect(field).toBeVisible()
    expect(screen.getByText('for i in range(3)')).toBeVisible()
  })

  it('says that nothing was saved, keeps what was typed, and saves it when the page is left', async () => {
    let status = 503
    const saves = answer('put', 'course/section/:id/answer/', () => ({ status, msg: '服务暂时不可用' }))
    const { unmount } = await exercise()
    await userEvent.type(screen.getByRole('textbox'), '！')
    await userEvent.tab()
    expect(await screen.findByText('没有保存成功：服务暂时不可用')).toBeVisible()
    expect(screen.getByRole('textbox')).toHaveValue('我写的！')

    status = 200
    unmount()

    await vi.waitFor(() => expect(saves).toHaveLength(2))
  })

  it('has no field for who has not the course', async () => {
    await exercise({ kept: false })
    expect(screen.queryByRole('textbox')).toBeNull()
    expect(screen.getByRole('button', { name: '查看答案' })).toBeVisible()
  })
})
