import { screen, within } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { aSession } from '@/testing/samples'
import { answer } from '@/testing/server'

import CommunityNotes from './CommunityNotes.vue'
import CommunityQuestion from './CommunityQuestion.vue'

const facts = { state: 1, state_name: '已展示', reason: '', created_time: '2026-11-20T08:00:00Z', edited_at: null, is_own: true }
const rights = { may_answer: true, may_delete: true, may_report: false }
const question = {
  ...{ id: 3, course: 9, course_name: 'Python', section: 5, section_name: '环境', author: '张**', ...facts },
  ...{ title: '为什么报错', text: '第三行', position: 65, answer_count: 1 },
}
const reply = {
  ...{ id: 8, question: 3, author: '张**', author_role: 1, author_role_name: '学员', ...facts },
  ...{ text: '看第二行', accepted: false, may_change: true, may_delete: true, may_report: false },
}
const note = {
  ...{ id: 4, course: 9, course_name: 'Python', section: 5, section_name: '环境', position: 70, text: '装好了' },
  ...{ created_time: '2026-11-20T08:00:00Z', updated_time: '2026-11-20T08:00:00Z' },
}
const page = (...results: object[]) => ({ data: { count: results.length, next: null, previous: null, results } })

function serve() {
  answer('get', 'community/note/', page(note))
  answer('get', 'community/question/3/', { data: { question, ...rights, waiting: [] } })
  answer('get', 'community/question/3/answer/', page(reply))
}

const notes = () => show(CommunityNotes, { props: { courseId: 9, sectionId: 5 }, loggedIn: true })
const opened = () => show(CommunityQuestion, { props: { questionId: 3, sectionId: 5 }, loggedIn: true })

/** The session ends, which takes the page away. */
function end(view: { unmount: () => void }) {
  useSessionStore().end()
  view.unmount()
}

describe('What was typed into an edit when the session ended', () => {
  it('is there again in the note', async () => {
    serve()
    const view = await notes()
    await userEvent.click(await screen.findByRole('button', { name: /^修改/ }))
    await userEvent.type(screen.getByRole('textbox', { name: '修改笔记' }), '，第二遍')
    end(view)

    await notes()

    expect(await screen.findByRole('textbox', { name: '修改笔记' })).toHaveValue('装好了，第二遍')
    const saved = answer('put', 'community/note/4/', { data: note })
    await userEvent.click(screen.getByRole('button', { name: '保存修改' }))
    await vi.waitFor(() => expect(saved.map(({ body }) => body)).toEqual([{ text: '装好了，第二遍', position: 70 }]))
    await vi.waitFor(() => expect(screen.queryByRole('textbox', { name: '修改笔记' })).toBeNull())
  })

  it('is there again in the question and in the answer', async () => {
    serve()
    const view = await opened()
    const [asked, answered] = await screen.findAllByRole('article')
    await userEvent.click(within(answered ?? document.body).getByRole('button', { name: /^修改/ }))
    await userEvent.type(screen.getByRole('textbox', { name: '我的回答' }), '，再看第四行')
    await userEvent.click(within(asked ?? document.body).getByRole('button', { name: /^修改/ }))
    await userEvent.type(screen.getByRole('textbox', { name: '问题' }), '呢')
    end(view)

    await opened()

    expect(await screen.findByRole('textbox', { name: '问题' })).toHaveValue('为什么报错呢')
    expect(screen.getByRole('textbox', { name: '我的回答' })).toHaveValue('看第二行，再看第四行')
  })

  it('is not shown to another student, and an edit that changed nothing is not kept', async () => {
    serve()
    const view = await notes()
    await userEvent.click(await screen.findByRole('button', { name: /^修改/ }))
    end(view)
    const second = await notes()
    await userEvent.click(await screen.findByRole('button', { name: /^修改/ }))
    await userEvent.type(screen.getByRole('textbox', { name: '修改笔记' }), '，第二遍')
    end(second)

    const session = aSession()
    localStorage.setItem('luffy.session', JSON.stringify({ ...session, user: { ...session.user, id: 77 } }))
    await show(CommunityNotes, { props: { courseId: 9, sectionId: 5 } })

    expect(await screen.findByRole('button', { name: /^修改/ })).toBeVisible()
    expect(screen.queryByRole('textbox', { name: '修改笔记' })).toBeNull()
  })
})
