import { describe, expect, it } from 'vitest'

import { piecesOf } from './highlights'

describe('piecesOf', () => {
  it('splits a text at its ranges', () => {
    expect(piecesOf('Python 爬虫实战', [[7, 9]])).toEqual([
      { text: 'Python ', hit: false },
      { text: '爬虫', hit: true },
      { text: '实战', hit: false },
    ])
  })

  it('counts characters and not UTF-16 units', () => {
    expect(piecesOf('🚀爬虫', [[1, 3]])).toEqual([
      { text: '🚀', hit: false },
      { text: '爬虫', hit: true },
    ])
  })

  it('accepts ranges that overlap, are unordered or exceed the text', () => {
    expect(piecesOf('abcdef', [[4, 99], [0, 2], [1, 3]])).toEqual([
      { text: 'ab', hit: true },
      { text: 'c', hit: true },
      { text: 'd', hit: false },
      { text: 'ef', hit: true },
    ])
  })
})
