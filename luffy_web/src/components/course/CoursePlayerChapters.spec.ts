import userEvent from '@testing-library/user-event'
import { render, screen } from '@testing-library/vue'
import { expect, it } from 'vitest'

import CoursePlayerChapters from './CoursePlayerChapters.vue'

const CHAPTERS = [
  { start: 0, title: '开场' },
  { start: 3723, title: '部署' },
]

it('lists the chapters, says which one plays, and seeks to another one by keyboard', async () => {
  const { emitted, rerender } = render(CoursePlayerChapters, { props: { chapters: CHAPTERS, current: 0 } })
  expect(screen.getByRole('button', { name: '00:00 开场' })).toHaveAttribute('aria-current', 'true')

  screen.getByRole('button', { name: '1:02:03 部署' }).focus()
  await userEvent.keyboard('{Enter}')
  expect(emitted('seek')).toEqual([[3723]])

  await rerender({ current: 1 })
  expect(screen.getByRole('button', { name: '1:02:03 部署' })).toHaveAttribute('aria-current', 'true')
  expect(screen.getByRole('button', { name: '00:00 开场' })).not.toHaveAttribute('aria-current')
})
