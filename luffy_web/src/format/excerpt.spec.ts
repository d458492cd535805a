import { describe, expect, it } from 'vitest'

import { excerpt } from './excerpt'

describe('excerpt', () => {
  it.each([
    ['为什么报错', '为什么报错'],
    [' 第一行\n  第二行 ', '第一行 第二行'],
    ['字'.repeat(21), `${'字'.repeat(20)}…`],
    ['😀'.repeat(20), '😀'.repeat(20)],
  ])('of %j is %j', (text, short) => {
    expect(excerpt(text)).toBe(short)
  })
})
