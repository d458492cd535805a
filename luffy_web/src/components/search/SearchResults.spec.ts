import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { aHit, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

import SearchResults from './SearchResults.vue'

describe('SearchResults', () => {
  beforeEach(() => {
    answer('get', 'course/search/hot/', { data: ['Python', '爬虫'] })
    answer('get', 'course/', { data: pageOf([]) })
  })
  const found = (hits: ReturnType<typeof aHit>[], did_you_mean: string | null = null) =>
    answer('get', 'course/search/', { data: pageOf(hits), extra: { did_you_mean } })

  it('marks the word in what it found', async () => {
    found([aHit({ marks: { name: [[7, 9]], brief: [[3, 5]] } })])
    await show(SearchResults, { at: '/course/search?word=爬虫' })

    expect(await screen.findByText('爬虫', { selector: 'mark' })).toBeVisible()
    expect(screen.getByText('请求', { selector: 'mark' })).toBeVisible()
    expect(screen.getByRole('status')).toHaveTextContent('找到 1 门课程')
  })

  it('is narrowed to one shelf', async () => {
    const calls = found([aHit()])
    await show(SearchResults, { at: '/course/search?word=爬虫&page=2' })

    await userEvent.click(await screen.findByRole('button', { name: '轻课' }))

    await vi.waitFor(() => expect(calls.at(-1)?.url.searchParams.get('kind')).toBe('3'))
    expect(calls.at(-1)?.url.searchParams.get('page')).toBe('1')
  })

  it('asks whether another word was meant', async () => {
    found([], 'python')
    await show(SearchResults, { at: '/course/search?word=pyhton' })

    expect(await screen.findByRole('link', { name: 'python' })).toHaveAttribute('href', '/course/search?word=python')
    expect(screen.getByText(/没有找到和「pyhton」有关的课程/)).toBeVisible()
    expect(await screen.findByRole('link', { name: '爬虫' })).toBeVisible()
  })
})
