import userEvent from '@testing-library/user-event'
import { fireEvent, screen, within } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { answer, type Call } from '@/testing/server'

import SearchBox from './SearchBox.vue'

const PAUSE = 300
const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE))

const box = () => screen.getByRole<HTMLInputElement>('combobox')
/** What an option says, without its kind. */
const textOf = (option: Element | null) => option?.querySelector('.one-line')?.textContent?.trim()
const words = () => screen.queryAllByRole('option').map((option) => textOf(option))
const chosen = () => textOf(screen.queryByRole('option', { selected: true }))
const searched = (...kept: string[]) => localStorage.setItem('luffy.searched', JSON.stringify(kept))
const kept = () => JSON.parse(localStorage.getItem('luffy.searched') ?? '[]')

describe('SearchBox', () => {
  let asked: Call[]

  beforeEach(() => {
    answer('get', 'course/search/hot/', { data: ['爬虫', 'Vue'] })
    asked = answer('get', 'course/search/suggest/', { data: ['python 爬虫', 'python 入门', 'python 办公'], extra: { kinds: ['course', 'course', 'course'] } })
  })

  describe('at rest', () => {
    it('shows the hot words until it is focused', async () => {
      const { router } = await show(SearchBox)
      const hot = await screen.findByRole('link', { name: 'Vue' })
      const list = screen.getByRole('list', { name: '热门搜索' })
      expect(list).not.toHaveClass('hot--hidden')

      await userEvent.click(box())
      expect(list).toHaveClass('hot--hidden')
      await userEvent.tab()
      expect(list).not.toHaveClass('hot--hidden')
      await userEvent.click(hot)

      await vi.waitFor(() => expect(router.currentRoute.value.query.word).toBe('Vue'))
      expect(box()).toHaveValue('Vue')
      expect(kept()).toEqual(['Vue'])
    })

    it('works without hot words and suggestions', async () => {
      answer('get', 'course/search/hot/', { status: 503 })
      answer('get', 'course/search/suggest/', { status: 429 })
      const { router } = await show(SearchBox)

      await userEvent.type(box(), 'Go')
      await pause()
      expect(words()).toEqual([])
      await userEvent.keyboard('{Enter}')

      await vi.waitFor(() => expect(router.currentRoute.value.query.word).toBe('Go'))
    })

    it('contains the word of the search page, and is empty elsewhere', async () => {
      const { router } = await show(SearchBox, { at: '/course/search?word=爬虫' })
      expect(box()).toHaveValue('爬虫')

      await router.push('/course/9')
      await vi.waitFor(() => expect(box()).toHaveValue(''))
    })
  })

  describe('while typing', () => {
    it('completes by keyboard and exposes the active option', async () => {
      const { router } = await show(SearchBox)
      expect(box()).toHaveAttribute('aria-expanded', 'false')

      await userEvent.type(box(), 'py')
      expect(await screen.findAllByRole('option')).toHaveLength(3)
      expect(box()).toHaveAttribute('aria-expanded', 'true')
      expect(box()).toHaveAttribute('aria-controls', screen.getByRole('listbox').id)
      expect(screen.getByRole('status')).toHaveTextContent('3 条可选')

      await userEvent.keyboard('{ArrowDown}{ArrowDown}')
      const option = screen.getByRole('option', { selected: true })
      expect(option).toHaveTextContent('python 入门')
      expect(box()).toHaveAttribute('aria-activedescendant', option.id)
      await userEvent.keyboard('{Enter}')

      await vi.waitFor(() => expect(router.currentRoute.value.query.word).toBe('python 入门'))
      expect(box()).toHaveValue('python 入门')
      expect(words()).toEqual([])
    })

    it('cycles with the arrow keys, and goes to the ends with Home and End', async () => {
      await show(SearchBox)
      await userEvent.type(box(), 'py')
      await screen.findAllByRole('option')

      await userEvent.keyboard('{ArrowUp}')
      expect(chosen()).toBe('python 办公')
      await userEvent.keyboard('{Home}')
      expect(chosen()).toBe('python 爬虫')
      await userEvent.keyboard('{End}')
      expect(chosen()).toBe('python 办公')
      await userEvent.keyboard('{ArrowDown}')
      expect(chosen()).toBeUndefined()
      expect(box()).not.toHaveAttribute('aria-activedescendant')

      await userEvent.keyboard('{Home}')
      expect(chosen()).toBeUndefined()
      expect(box().selectionStart).toBe(0)
    })

    it('closes by Escape, clears by the next one, and opens by an arrow key', async () => {
      await show(SearchBox)
      await userEvent.type(box(), 'py')
      await screen.findAllByRole('option')

      await userEvent.keyboard('{Escape}')
      expect(words()).toEqual([])
      expect(box()).toHaveValue('py')
      await userEvent.keyboard('{ArrowDown}')
      expect(chosen()).toBe('python 爬虫')

      await userEvent.keyboard('{Escape}{Escape}')
      expect(box()).toHaveValue('')
      expect(asked).toHaveLength(1)
    })

    it('searches for the typed text, not for the earlier active row', async () => {
      const { router } = await show(SearchBox)
      await userEvent.type(box(), 'py')
      await screen.findAllByRole('option')

      await userEvent.keyboard('{ArrowDown}t{Enter}')

      await vi.waitFor(() => expect(router.currentRoute.value.query.word).toBe('pyt'))
    })

    it('accepts a completion by mouse, and closes by a click elsewhere', async () => {
      const { router } = await show(SearchBox)
      await userEvent.type(box(), 'py')
      const option = await screen.findByRole('option', { name: /^python 入门/ })
      await userEvent.click(document.body)
      expect(option).not.toBeVisible()

      await userEvent.click(box())
      await userEvent.click(await screen.findByRole('option', { name: /^python 入门/ }))

      await vi.waitFor(() => expect(router.currentRoute.value.query.word).toBe('python 入门'))
    })

    it('requests completions after a pause, for the last text', async () => {
      await show(SearchBox)

      await userEvent.type(box(), 'python')
      await screen.findAllByRole('option')

      expect(asked.map(({ url }) => url.searchParams.get('search'))).toEqual(['python'])
    })

    it('never shows completions of another word', async () => {
      answer('get', 'course/search/suggest/', ({ url }) => ({ data: [`${url.searchParams.get('search')} 入门`], extra: { kinds: ['word'] } }))
      await show(SearchBox)
      await userEvent.type(box(), 'go')
      await screen.findByRole('option', { name: /^go 入门/ })

      await userEvent.type(box(), 'vue', { initialSelectionStart: 0, initialSelectionEnd: 2 })

      expect(box()).toHaveValue('vue')
      expect(words()).toEqual([])
      expect(await screen.findByRole('option', { name: /^vue 入门/ })).toBeVisible()
    })

    it('ignores a late answer', async () => {
      await show(SearchBox)
      let release: () => void = () => undefined
      const slow = new Promise<void>((resolve) => (release = resolve))
      const slowFetch = vi.spyOn(globalThis, 'fetch').mockImplementationOnce(async (...args) => {
        await slow
        slowFetch.mockRestore()
        return fetch(...args)
      })

      await userEvent.type(box(), 'py')
      await pause()
      answer('get', 'course/search/suggest/', { data: ['pyramid'], extra: { kinds: ['word'] } })
      await userEvent.type(box(), 'r')
      await screen.findByRole('option', { name: /^pyramid/ })
      release()
      await pause()

      expect(words()).toEqual(['pyramid'])
    })

    it('hides the list when the next request fails', async () => {
      await show(SearchBox)
      await userEvent.type(box(), 'py')
      await screen.findAllByRole('option')

      answer('get', 'course/search/suggest/', { status: 503 })
      await userEvent.type(box(), 'x')

      await vi.waitFor(() => expect(words()).toEqual([]))
    })

    it('searches for one line of text, and not for an empty one', async () => {
      const { router } = await show(SearchBox)

      await userEvent.type(box(), '  {Enter}')
      await pause()
      expect(router.currentRoute.value.path).toBe('/')
      await userEvent.type(box(), 'Go   并发{Enter}')

      await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toContain('/course/search?word='))
      expect(router.currentRoute.value.query.word).toBe('Go 并发')
    })
  })

  describe('while an input method is composing', () => {
    /** What a browser does while a pinyin keyboard is at work; the text stands in the field already. */
    async function compose(text: string) {
      await userEvent.click(box())
      await fireEvent.compositionStart(box())
      box().value = text
      await fireEvent(box(), new InputEvent('input', { isComposing: true, bubbles: true }))
    }
    const confirm = async (text: string) => {
      box().value = text
      await fireEvent.compositionEnd(box())
    }

    it('requests nothing until it is done', async () => {
      await show(SearchBox)
      await compose('pachong')
      await pause()
      expect(asked).toHaveLength(0)

      await confirm('爬虫')
      await screen.findAllByRole('option')

      expect(asked.map(({ url }) => url.searchParams.get('search'))).toEqual(['爬虫'])
    })

    it('requests nothing for letters typed just before', async () => {
      await show(SearchBox)

      await userEvent.click(box())
      await fireEvent.update(box(), 'py')
      await fireEvent.compositionStart(box())
      await pause()

      expect(asked).toHaveLength(0)
    })

    it('does not search for unfinished text', async () => {
      const { router } = await show(SearchBox)
      await userEvent.type(box(), 'Go')
      await compose('Go bing')

      await fireEvent.submit(screen.getByRole('search'))
      await pause()

      expect(router.currentRoute.value.path).toBe('/')
    })

    it('leaves all keys to it', async () => {
      searched('Vue', 'Go')
      const { router } = await show(SearchBox)
      await compose('pachong')

      for (const key of ['ArrowDown', 'Home', 'Escape', 'Enter']) {
        const press = new KeyboardEvent('keydown', { key, isComposing: true, keyCode: 229, cancelable: true })
        await fireEvent(box(), press)
        expect(press.defaultPrevented).toBe(false)
      }
      await fireEvent.submit(screen.getByRole('search'))
      await pause()
      expect(router.currentRoute.value.path).toBe('/')
      expect(words()).toEqual([])

      await confirm('爬虫')
      await fireEvent.keyUp(box(), { key: 'Enter' })
      await userEvent.keyboard('{Enter}')
      await vi.waitFor(() => expect(router.currentRoute.value.query.word).toBe('爬虫'))
    })

    it('does not search by the Enter that ended a composition, as in Safari', async () => {
      const { router } = await show(SearchBox)
      await compose('pachong')
      await confirm('爬虫')

      await fireEvent.keyDown(box(), { key: 'Enter', keyCode: 229 })
      await fireEvent.submit(screen.getByRole('search'))
      await pause()
      expect(router.currentRoute.value.path).toBe('/')

      await fireEvent.keyUp(box(), { key: 'Enter', keyCode: 229 })
      await fireEvent.submit(screen.getByRole('search'))
      await vi.waitFor(() => expect(router.currentRoute.value.query.word).toBe('爬虫'))
    })
  })

  describe('with a history', () => {
    it('shows it below an empty field, also by keyboard', async () => {
      searched('Go 并发', 'Vue')
      const { router } = await show(SearchBox)
      expect(words()).toEqual([])

      await userEvent.click(box())
      expect(words()).toEqual(['Go 并发', 'Vue'])
      await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}')

      await vi.waitFor(() => expect(router.currentRoute.value.query.word).toBe('Vue'))
      expect(kept()).toEqual(['Vue', 'Go 并发'])
    })

    it('deletes one word, and keeps the focus in the field', async () => {
      searched('Go', 'Vue')
      await show(SearchBox)
      await userEvent.click(box())
      await userEvent.tab()
      await userEvent.tab()
      expect(screen.getByRole('button', { name: '删除「Go」' })).toHaveFocus()

      await userEvent.keyboard('{Enter}')

      expect(words()).toEqual(['Vue'])
      expect(box()).toHaveFocus()
      expect(kept()).toEqual(['Vue'])
    })

    it('deletes all words', async () => {
      searched('Go', 'Vue')
      await show(SearchBox)
      await userEvent.click(box())

      await userEvent.click(screen.getByRole('button', { name: '清空历史' }))

      expect(words()).toEqual([])
      expect(kept()).toEqual([])
      expect(box()).toHaveFocus()
    })

    it('closes by Escape from inside the list', async () => {
      searched('Go')
      await show(SearchBox)
      await userEvent.click(box())
      await userEvent.tab()

      await userEvent.keyboard('{Escape}')

      expect(words()).toEqual([])
      expect(box()).toHaveFocus()
    })

    it('has no button inside an option', async () => {
      searched('Go')
      await show(SearchBox)
      await userEvent.click(box())

      expect(within(screen.getByRole('listbox')).queryByRole('button')).toBeNull()
    })
  })
})
