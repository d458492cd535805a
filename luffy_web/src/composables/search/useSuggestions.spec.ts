import { describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'

import { run } from '@/testing/mounting'
import { answer } from '@/testing/server'

import { useSuggestions } from './useSuggestions'

const DEBOUNCE = 180

async function typing() {
  const calls = answer('get', 'course/search/suggest/', ({ url }) => ({ data: [`${url.searchParams.get('search')}入门`], extra: { kinds: ['word'] } }))
  const word = ref('')
  const wanted = ref(true)
  const { result } = await run(() => useSuggestions(() => word.value, () => wanted.value))
  const asked = () => calls.map(({ url }) => url.searchParams.get('search'))
  return { word, wanted, suggestions: result, asked }
}

describe('useSuggestions', () => {
  it('asks once after a pause, for what was typed last', async () => {
    const { word, suggestions, asked } = await typing()
    for (const text of ['P', 'Py', 'Pyt']) {
      word.value = text
      await nextTick()
    }

    await vi.waitFor(() => expect(suggestions.value.map(({ word }) => word)).toEqual(['Pyt入门']))

    expect(asked()).toEqual(['Pyt'])
  })

  it('keeps the completions of a prefix until the next answer, and hides those of another word', async () => {
    const { word, suggestions } = await typing()
    word.value = 'Py'
    await vi.waitFor(() => expect(suggestions.value.map(({ word }) => word)).toEqual(['Py入门']))

    word.value = 'Pyt'
    expect(suggestions.value.map(({ word }) => word)).toEqual(['Py入门'])
    word.value = 'Go'
    expect(suggestions.value.map(({ word }) => word)).toEqual([])
  })

  it('asks nothing while the list is closed or the field is empty', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { word, wanted, asked } = await typing()

    wanted.value = false
    word.value = 'Py'
    await vi.advanceTimersByTimeAsync(DEBOUNCE * 2)
    wanted.value = true
    word.value = ''
    await vi.advanceTimersByTimeAsync(DEBOUNCE * 2)

    expect(asked()).toEqual([])
  })

  it('has none when the server fails', async () => {
    const { word, suggestions } = await typing()
    word.value = 'Py'
    await vi.waitFor(() => expect(suggestions.value).not.toEqual([]))
    const calls = answer('get', 'course/search/suggest/', { status: 503 })

    word.value = 'Pyt'
    await vi.waitFor(() => expect(calls).toHaveLength(1))

    await vi.waitFor(() => expect(suggestions.value.map(({ word }) => word)).toEqual([]))
  })
})
