import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import SearchBox from './SearchBox.vue'

describe('SearchBox', () => {
  beforeEach(() => {
    answer('get', 'course/search/hot/', { data: ['爬虫', 'Vue'] })
    answer('get', 'course/search/suggest/', { data: ['python 爬虫', 'python 入门'] })
  })

  it('shows the hot words until it is used', async () => {
    const { router } = await show(SearchBox)
    const hot = await screen.findByRole('button', { name: 'Vue' })
    expect(hot).toBeVisible()

    await userEvent.click(screen.getByRole('combobox'))
    expect(hot).not.toBeVisible()
    await userEvent.tab()
    await userEvent.click(hot)

    await vi.waitFor(() => expect(router.currentRoute.value.query.word).toBe('Vue'))
  })

  it('completes what is typed, by keyboard', async () => {
    const { router } = await show(SearchBox)
    const box = screen.getByRole('combobox')

    await userEvent.type(box, 'py')
    expect(await screen.findAllByRole('option')).toHaveLength(2)
    await userEvent.keyboard('{ArrowDown}{ArrowDown}')
    expect(screen.getByRole('option', { selected: true })).toHaveTextContent('python 入门')
    await userEvent.keyboard('{Enter}')

    await vi.waitFor(() => expect(router.currentRoute.value.query.word).toBe('python 入门'))
    expect(screen.queryByRole('option')).toBeNull()
  })

  it('searches what was typed, and nothing for nothing', async () => {
    const { router } = await show(SearchBox)

    await userEvent.type(screen.getByRole('combobox'), '  {Enter}')
    expect(router.currentRoute.value.path).toBe('/')
    await userEvent.type(screen.getByRole('combobox'), 'Go 并发{Enter}')

    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toContain('/course/search?word='))
    expect(router.currentRoute.value.query.word).toBe('Go 并发')
  })
})
