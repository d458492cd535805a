import userEvent from '@testing-library/user-event'
import { render, screen } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'

import BasePager from './BasePager.vue'

const names = () => screen.getAllByRole('button').map((button) => button.getAttribute('aria-label'))

describe('BasePager', () => {
  it('shows the ends and the neighbours', () => {
    render(BasePager, { props: { page: 6, count: 120 } })

    expect(names()).toEqual(['上一页', '第 1 页', '第 5 页', '第 6 页', '第 7 页', '第 12 页', '下一页'])
    expect(screen.getByRole('button', { name: '第 6 页' })).toHaveAttribute('aria-current', 'page')
    expect(screen.getAllByText('…')).toHaveLength(2)
  })

  it('emits the chosen page', async () => {
    const { emitted } = render(BasePager, { props: { page: 2, count: 30 } })

    await userEvent.click(screen.getByRole('button', { name: '下一页' }))
    await userEvent.click(screen.getByRole('button', { name: '第 1 页' }))

    expect(emitted('go')).toEqual([[3], [1]])
  })

  it('does not go beyond its ends', () => {
    render(BasePager, { props: { page: 3, count: 30 } })

    expect(screen.getByRole('button', { name: '下一页' })).toBeDisabled()
    expect(screen.getByRole('button', { name: '上一页' })).toBeEnabled()
  })

  it('is hidden for a single page', () => {
    render(BasePager, { props: { page: 1, count: 12, pageSize: 12 } })

    expect(screen.queryByRole('navigation')).toBeNull()
  })
})
