import { waitFor } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'

import { run } from '@/testing/mounting'
import { answer, failNetwork } from '@/testing/server'

import { useHotWords } from './useHotWords'

describe('useHotWords', () => {
  it('shows the first eight', async () => {
    const words = Array.from({ length: 12 }, (_, index) => `词${index}`)
    answer('get', 'course/search/hot/', { data: words })

    const { result } = await run(useHotWords)
    expect(result.settled.value).toBe(false)

    await waitFor(() => expect(result.hotWords.value).toEqual(words.slice(0, 8)))
    expect(result.settled.value).toBe(true)
  })

  it('asks once for all who are on the page, and again for who comes after a failure', async () => {
    failNetwork('get', 'course/search/hot/')
    const first = await run(useHotWords)
    await waitFor(() => expect(first.result.settled.value).toBe(true))

    const asked = answer('get', 'course/search/hot/', { data: ['Vue'] })
    const [second] = [await run(useHotWords), await run(useHotWords)]
    await waitFor(() => expect(first.result.hotWords.value).toEqual(['Vue']))
    expect(second.result.hotWords.value).toEqual(['Vue'])
    expect(asked).toHaveLength(1)
  })

  it('shows none when they cannot be loaded', async () => {
    failNetwork('get', 'course/search/hot/')

    const { result } = await run(useHotWords)

    await waitFor(() => expect(result.settled.value).toBe(true))
    expect(result.hotWords.value).toEqual([])
  })
})
