import { describe, expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'
import { answer } from '@/testing/server'

import { useSearchBox } from './useSearchBox'

const press = (key: string) => new KeyboardEvent('keydown', { key, cancelable: true })

async function box({ at = '/', history = [] as string[] } = {}) {
  answer('get', 'course/search/suggest/', { data: ['Python 入门', 'Python 爬虫'], extra: { kinds: ['course', 'course'] } })
  localStorage.setItem('luffy.searched', JSON.stringify(history))
  const searched = vi.fn()
  const { result, router } = await run(() => useSearchBox(searched), { at })
  return { ...result, router, searched }
}

describe('useSearchBox', () => {
  it('shows the word of the search page', async () => {
    const { typed, router } = await box({ at: '/course/search?word=Go' })
    expect(typed.value).toBe('Go')

    await router.push('/')

    expect(typed.value).toBe('')
  })

  it('lists the history of an empty field, and completions of a word', async () => {
    const { typed, open, rows } = await box({ history: ['Vue'] })
    expect(rows.value).toEqual([])

    open.value = true
    expect(rows.value).toEqual([{ word: 'Vue', from: 'history' }])
    typed.value = 'Py'

    await vi.waitFor(() => expect(rows.value.map(({ from }) => from)).toEqual(['suggestion', 'suggestion']))
  })

  it('searches for the active row, remembers it and closes the list', async () => {
    const { open, rows, press: handle, submit, router, searched } = await box({ history: ['Vue', 'Go'] })
    open.value = true

    handle(press('ArrowDown'))
    handle(press('ArrowDown'))
    submit()

    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/course/search?word=Go'))
    expect(searched).toHaveBeenCalledOnce()
    expect([open.value, rows.value]).toEqual([false, []])
    expect(JSON.parse(localStorage.getItem('luffy.searched') ?? '')).toEqual(['Go', 'Vue'])
  })

  it('searches for nothing in an empty field', async () => {
    const { submit, router, searched } = await box()

    submit()

    expect(searched).not.toHaveBeenCalled()
    expect(router.currentRoute.value.fullPath).toBe('/')
  })

  it('closes the list by Escape, and clears the field by the next one', async () => {
    const { typed, open, rows, press: handle } = await box()
    open.value = true
    typed.value = 'Py'
    await vi.waitFor(() => expect(rows.value).toHaveLength(2))

    handle(press('Escape'))
    expect([open.value, typed.value]).toEqual([false, 'Py'])
    handle(press('Escape'))

    expect(typed.value).toBe('')
  })

  it('leaves Home to the caret until a row is active', async () => {
    const { open, press: handle, active } = await box({ history: ['Vue', 'Go'] })
    open.value = true
    const caret = press('Home')
    handle(caret)
    expect(caret.defaultPrevented).toBe(false)

    handle(press('ArrowUp'))
    handle(press('Home'))

    expect(active.value).toBe(0)
  })

  it('does not submit while an input method composes', async () => {
    const { typed, open, listeners, rows, submit, searched } = await box({ history: ['Vue'] })
    open.value = true
    listeners.compositionstart()
    typed.value = 'pachong'

    submit()
    expect([searched.mock.calls, rows.value]).toEqual([[], []])
    listeners.compositionend()
    submit()

    expect(searched).toHaveBeenCalledOnce()
  })
})
