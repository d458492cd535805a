import { cleanup } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'

import { useSearchHistory } from './useSearchHistory'

const KEY = 'luffy.searched'
const start = async () => (await run(useSearchHistory)).result
async function afterReload() {
  cleanup()
  return (await start()).words.value
}
const stored = () => JSON.parse(localStorage.getItem(KEY) ?? 'null')

describe('useSearchHistory', () => {
  it('stores each word once, the latest first, across a reload', async () => {
    const { remember } = await start()

    for (const word of ['Go', '爬虫', 'go', 'ＧＯ', '  ']) remember(word)

    expect(await afterReload()).toEqual(['ＧＯ', '爬虫'])
  })

  it('stores the last ten words', async () => {
    const { words, remember } = await start()

    for (let n = 1; n <= 30; n++) remember(`word ${n}`)

    expect(words.value).toHaveLength(10)
    expect(words.value.at(0)).toBe('word 30')
    expect(stored()).toEqual(words.value)
  })

  it('deletes a word, or all', async () => {
    const { words, remember, forget, clear } = await start()
    remember('Go')
    remember('Vue')

    forget('Go')
    expect(words.value).toEqual(['Vue'])
    clear()
    expect(stored()).toEqual([])
  })

  it.each([
    ['no JSON', '{oops', []],
    ['nothing', 'null', []],
    ['another shape', '{"length":3}', []],
    ['other values', '[1,null,{"a":1},["x"],"Go",""," "]', ['Go']],
    ['too much', JSON.stringify(Array.from({ length: 5000 }, (_, n) => `w${n}`)), Array.from({ length: 10 }, (_, n) => `w${n}`)],
    ['too long', JSON.stringify(['长'.repeat(99_999)]), ['长'.repeat(100)]],
  ])('accepts a storage that contains %s', async (_, text, words) => {
    localStorage.setItem(KEY, text)

    expect((await start()).words.value).toEqual(words)
  })

  it('works without storage', async () => {
    const blocked = vi.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError')
    })

    const { words, remember } = await start()
    remember('Go')
    blocked.mockRestore()

    expect(words.value).toEqual(['Go'])
  })

  it('works with a full storage', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })

    const { words, remember } = await start()
    remember('Go')

    expect(words.value).toEqual(['Go'])
  })

  it('follows the other tabs', async () => {
    const { words } = await start()

    window.dispatchEvent(new StorageEvent('storage', { key: KEY, newValue: '["Vue"]' }))
    window.dispatchEvent(new StorageEvent('storage', { key: 'luffy.session', newValue: '["Go"]' }))
    expect(words.value).toEqual(['Vue'])

    window.dispatchEvent(new StorageEvent('storage', { key: null, newValue: null }))
    expect(words.value).toEqual([])
  })
})
