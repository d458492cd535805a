import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { NewAttempt } from '@/api/quiz'
import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import CourseQuiz from './CourseQuiz.vue'

const QUESTIONS = [
  { id: 1, kind: 1, html: '<p>几个空格？</p>', options: ['二', '四'], blanks: 0, points: 2 },
  { id: 2, kind: 2, html: '<p>可变的有？</p>', options: ['列表', '元组', '字典'], blanks: 0, points: 3 },
  { id: 3, kind: 3, html: '<p>要声明类型</p>', options: ['对', '错'], blanks: 0, points: 1 },
  { id: 4, kind: 4, html: '<p>赋值用 ____，比较用 ____</p>', options: [], blanks: 2, points: 4 },
] as const
const QUIZ = {
  html: '<p>想好再提交。</p>', version: 'v1', pass_percent: 60, max_attempts: 2, reveal: 2, points: 10,
  questions: QUESTIONS, attempts_used: 0, attempts_left: 2, passed: false, last: null,
}
const marked = (number: number, passed: boolean) => ({
  number, passed, points: passed ? 10 : 3, total: 10, percent: passed ? 100 : 30, submitted_at: '2026-11-30T10:00:00+08:00', revealed: passed,
  questions: QUESTIONS.map((each) => ({
    ...each, earned: passed ? each.points : 0, correct: passed, choices: each.kind === 4 ? [] : [0], texts: each.kind === 4 ? ['=', ''] : [],
    blanks_right: each.kind === 4 ? [true, passed] : [], right_choices: passed && each.kind !== 4 ? [0] : [],
    right_texts: passed && each.kind === 4 ? [['='], ['==']] : [], explanation_html: passed ? '<p>因为如此</p>' : '',
  })),
})
const ATTEMPTS = 'course/section/:id/quiz/attempts/'

async function open(quiz = {}, props = {}) {
  answer('get', 'course/section/:id/quiz/', { data: { ...QUIZ, ...quiz } as never })
  const done = vi.fn()
  const shown = await show(CourseQuiz, { props: { sectionId: 42, onDone: done, ...props }, loggedIn: true })
  return { ...shown, done }
}
const group = (name: RegExp) => screen.findByRole('group', { name })
const submit = () => userEvent.click(screen.getByRole('button', { name: '提交' }))

async function answerAll() {
  await userEvent.click(within(await group(/第 1 题/)).getByRole('radio', { name: 'B. 四' }))
  const second = await group(/第 2 题/)
  await userEvent.click(within(second).getByRole('checkbox', { name: 'C. 字典' }))
  await userEvent.click(within(second).getByRole('checkbox', { name: 'A. 列表' }))
  await userEvent.click(within(await group(/第 3 题/)).getByRole('radio', { name: '错' }))
  await userEvent.type(within(await group(/第 4 题/)).getByRole('textbox', { name: '第 1 空' }), '=')
}

describe('CourseQuiz', () => {
  beforeEach(() => sessionStorage.clear())

  it('hands in what was chosen and typed, and shows what became of it', async () => {
    const sent = answer('post', ATTEMPTS, { status: 201, data: marked(1, true) as never })
    const { done } = await open()
    await answerAll()
    expect(screen.getByText(/满分 10 分，达到 60% 即通过；共可答 2 次，还剩 2 次/)).toBeVisible()
    await submit()

    expect(await screen.findByRole('heading', { name: '已通过：10 / 10 分（100%）' })).toHaveFocus()
    expect(sent).toHaveLength(1)
    const { request_key, ...body } = sent[0]?.body as NewAttempt
    expect(request_key).toMatch(/^[0-9a-z-]{8,64}$/)
    expect(body).toEqual({
      version: 'v1',
      answers: [
        { question: 1, choices: [1] },
        { question: 2, choices: [2, 0] },
        { question: 3, choices: [1] },
        { question: 4, texts: ['=', ''] },
      ],
    })
    expect(done).toHaveBeenCalledOnce()
    expect(screen.getAllByText('因为如此')).toHaveLength(4)
  })

  it('is not done when it was not passed, and can be done once more', async () => {
    answer('post', ATTEMPTS, { status: 201, data: marked(1, false) as never })
    const { done } = await open()
    await answerAll()
    await submit()

    expect(await screen.findByRole('heading', { name: '未通过：3 / 10 分（30%）' })).toBeVisible()
    expect(screen.getByText('通过后会显示正确答案和解析。')).toBeVisible()
    expect(screen.getByText(/还可以再做 1 次/)).toBeVisible()
    expect(done).not.toHaveBeenCalled()
    await userEvent.click(screen.getByRole('button', { name: '再做一次' }))
    expect(within(await group(/第 1 题/)).getByRole('radio', { name: 'B. 四' })).not.toBeChecked()
  })

  it('says once which questions have no answer, at the first of them', async () => {
    const sent = answer('post', ATTEMPTS, { status: 201, data: marked(1, false) as never })
    await open()
    await userEvent.click(within(await group(/第 1 题/)).getByRole('radio', { name: 'A. 二' }))
    await submit()

    expect(await screen.findByText(/第 2、3、4 题还没有作答/)).toBeVisible()
    expect(sent).toHaveLength(0)
    expect(await group(/第 2 题/)).toHaveAccessibleDescription('这一题还没有作答')
    expect(within(await group(/第 2 题/)).getByRole('checkbox', { name: 'A. 列表' })).toHaveFocus()
    await submit()
    expect(await screen.findByRole('heading', { name: /未通过/ })).toBeVisible()
  })

  it('keeps what was answered over a reload, and sends it with the same key after silence', async () => {
    const sent = answer('post', ATTEMPTS, { status: 503, msg: '服务暂时不可用' })
    const { unmount } = await open()
    await answerAll()
    await submit()
    expect(await screen.findByText('服务暂时不可用')).toBeVisible()
    unmount()

    await open()
    expect(within(await group(/第 1 题/)).getByRole('radio', { name: 'B. 四' })).toBeChecked()
    expect(within(await group(/第 4 题/)).getByRole('textbox', { name: '第 1 空' })).toHaveValue('=')
    await submit()
    await vi.waitFor(() => expect(sent).toHaveLength(2))
    const keys = sent.map(({ body }) => (body as NewAttempt).request_key)
    expect(new Set(keys).size).toBe(1)
  })

  it('says that the questions have changed, and loads them without taking the answers away', async () => {
    answer('post', ATTEMPTS, { status: 409, code: 1009, msg: '测验的题目已被修改，请重新载入题目后再提交' })
    await open()
    await answerAll()
    await submit()
    expect(await screen.findByText(/测验的题目已被修改/)).toBeVisible()
    expect(within(await group(/第 1 题/)).getByRole('radio', { name: 'B. 四' })).toBeChecked()

    const changed = [{ ...QUESTIONS[0], html: '<p>改过的题</p>' }, { ...QUESTIONS[1], options: ['列表', '元组'] }]
    answer('get', 'course/section/:id/quiz/', { data: { ...QUIZ, version: 'v2', questions: changed } as never })
    await userEvent.click(screen.getByRole('button', { name: '重新载入题目' }))

    expect(await screen.findByText('改过的题')).toBeVisible()
    expect(within(await group(/第 1 题/)).getByRole('radio', { name: 'B. 四' })).toBeChecked()
    expect(within(await group(/第 2 题/)).getByRole('checkbox', { name: 'A. 列表' })).toBeChecked()
  })

  it('begins with the last attempt, which is the last one that there may be', async () => {
    await open({ attempts_used: 2, attempts_left: 0, last: marked(2, false) })
    expect(await screen.findByRole('heading', { name: /未通过/ })).toBeVisible()
    expect(screen.getByText(/答题次数已用完/)).toBeVisible()
    expect(screen.queryByRole('button', { name: '再做一次' })).toBeNull()
  })

  it('shows the last result to who has begun once more when another tab has used all attempts', async () => {
    const { unmount } = await open()
    await answerAll()
    unmount()

    await open({ attempts_used: 2, attempts_left: 0, last: marked(2, false) })
    expect(await screen.findByRole('heading', { name: /未通过/ })).toBeVisible()
    expect(screen.queryByRole('group', { name: /第 1 题/ })).toBeNull()
  })

  it('shows the last result when the attempt is refused because none is left', async () => {
    answer('post', ATTEMPTS, { status: 400, code: 1002, msg: '这个测验最多可以答 2 次，您已用完' })
    await open()
    await answerAll()
    answer('get', 'course/section/:id/quiz/', { data: { ...QUIZ, attempts_used: 2, attempts_left: 0, last: marked(2, false) } as never })
    await submit()
    expect(await screen.findByRole('heading', { name: /未通过/ })).toBeVisible()
    expect(screen.getByText(/答题次数已用完/)).toBeVisible()
  })

  it('keeps the form and says why when other answers are refused', async () => {
    answer('post', ATTEMPTS, { status: 400, code: 1002, msg: '有不属于这道题的选项' })
    await open()
    await answerAll()
    await submit()
    expect(await screen.findByText('有不属于这道题的选项')).toBeVisible()
    expect(within(await group(/第 1 题/)).getByRole('radio', { name: 'B. 四' })).toBeChecked()
  })

  it('sends answers that another tab has sent differently as an attempt of their own', async () => {
    const sent = answer('post', ATTEMPTS, { status: 409, code: 1009, msg: '这次作答已提交过' })
    await open()
    await answerAll()
    await submit()
    expect(await screen.findByText('这次作答已提交过')).toBeVisible()
    answer('get', 'course/section/:id/quiz/', { data: { ...QUIZ, attempts_used: 1, attempts_left: 1, last: marked(1, false) } as never })
    await userEvent.click(screen.getByRole('button', { name: '重新载入题目' }))
    expect(await screen.findByText(/还剩 1 次/)).toBeVisible()
    expect(within(await group(/第 1 题/)).getByRole('radio', { name: 'B. 四' })).toBeChecked()
    const again = answer('post', ATTEMPTS, { status: 201, data: marked(2, true) as never })
    await submit()

    expect(await screen.findByRole('heading', { name: /已通过/ })).toBeVisible()
    const keys = [...sent, ...again].map(({ body }) => (body as NewAttempt).request_key)
    expect(new Set(keys).size).toBe(2)
  })

  it('only shows the questions in a preview', async () => {
    answer('get', 'course/:id/preview/section/:section/quiz/', { data: QUIZ as never })
    await show(CourseQuiz, { props: { sectionId: 42, preview: { course: 7, token: 't' } } })
    expect(within(await group(/第 1 题/)).getByRole('radio', { name: 'A. 二' })).toBeDisabled()
    expect(screen.getByText('预览时不能作答。')).toBeVisible()
    expect(screen.queryByRole('button', { name: '提交' })).toBeNull()
  })

  it('says why it cannot be read', async () => {
    answer('get', 'course/section/:id/quiz/', { status: 403, code: 3001, msg: '请先购买或加入该课程' })
    await show(CourseQuiz, { props: { sectionId: 42 } })
    expect(await screen.findByRole('alert')).toHaveTextContent('请先购买或加入该课程')
  })
})
