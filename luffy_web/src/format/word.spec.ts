import { describe, expect, it } from 'vitest'

import { MAX_WORD_LENGTH, wordOf } from './word'

describe('a word to search for', () => {
  it.each([
    ['  Go  并发 ', 'Go 并发'],
    ['爬虫\u3000入门', '爬虫 入门'],
    ['a\u0000b\tc\r\nd', 'a b c d'],
    ['100% "AND" <b>*', '100% "AND" <b>*'],
    ['half \ud83d', 'half'],
    ['😀', '😀'],
    ['\u0000 \n', ''],
  ])('%j becomes %j', (typed, word) => {
    expect(wordOf(typed)).toBe(word)
  })

  it('is truncated between characters', () => {
    const word = wordOf('😀'.repeat(5000))

    expect(Array.from(word)).toHaveLength(MAX_WORD_LENGTH)
    expect(() => encodeURIComponent(word)).not.toThrow()
  })
})
