import { screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'

import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import CourseDocument from './CourseDocument.vue'

const EXERCISE = { section_type: 1, html: '<h2>练习</h2><p>写一个循环</p>', answer_html: '<p>for i in range(3)</p>' }

async function reading(reply: Parameters<typeof answer>[2]) {
  const calls = answer('get', 'course/section/:id/content/', reply)
  await show(CourseDocument, { props: { sectionId: 42 } })
  return calls
}

describe('CourseDocument', () => {
  it('shows the text, and no answer where there is none', async () => {
    await reading({ data: { ...EXERCISE, section_type: 0, answer_html: '' } })

    expect(await screen.findByRole('heading', { name: '练习' })).toBeVisible()
    expect(screen.queryByRole('button', { name: '查看答案' })).toBeNull()
  })

  it('hides the answer until it is opened', async () => {
    await reading({ data: EXERCISE })
    const button = await screen.findByRole('button', { name: '查看答案' })
    const solution = screen.getByText('for i in range(3)')
    expect(button).toHaveAttribute('aria-expanded', 'false')
    expect(solution).not.toBeVisible()

    await userEvent.click(button)

    expect(screen.getByRole('button', { name: '收起答案' })).toHaveAttribute('aria-expanded', 'true')
    expect(solution).toBeVisible()
  })

  it('shows why access is refused, and retries', async () => {
    const calls = await reading({ status: 403, msg: '购买课程后可以学习' })

    expect(await screen.findByText('购买课程后可以学习')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: '重试' }))

    expect(calls).toHaveLength(2)
  })
})
