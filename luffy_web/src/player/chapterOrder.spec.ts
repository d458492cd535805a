import { describe, expect, it } from 'vitest'

import { chapterAt, neighbourOf } from './chapterOrder'

const CHAPTERS = [0, 60, 125].map((start) => ({ start, title: String(start) }))

describe('chapterAt', () => {
  it.each([
    [0, 0],
    [59, 0],
    [60, 1],
    [9999, 2],
  ])('second %i is in %i', (second, index) => expect(chapterAt(CHAPTERS, second)).toBe(index))

  it('knows none before the first one', () => expect(chapterAt(CHAPTERS.slice(1), 59)).toBe(-1))
})

describe('neighbourOf', () => {
  it.each([
    [30, 1, 60],
    [60, 1, 125],
    [200, 1, null],
    [70, -1, 60],
    [61, -1, 0],
    [1, -1, 0],
  ] as const)('from %i by %i is %s', (second, step, start) => {
    expect(neighbourOf(CHAPTERS, second, step)).toBe(start)
  })

  it('is nowhere in a video without any', () => expect(neighbourOf([], 10, -1)).toBeNull())
})
