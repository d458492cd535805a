import { describe, expect, it } from 'vitest'

import { behindHole, bufferedEnd } from './mediaBuffers'

function aVideo(...ranges: [number, number][]): HTMLMediaElement {
  const media = document.createElement('video')
  const buffered = {
    length: ranges.length,
    start: (range: number) => ranges[range]?.[0] ?? NaN,
    end: (range: number) => ranges[range]?.[1] ?? NaN,
  }
  Object.defineProperty(media, 'buffered', { value: buffered })
  return media
}

describe('bufferedEnd', () => {
  const media = aVideo([0.05, 10], [20, 30])

  it.each([
    [0, 10],
    [9, 10],
    [10, 10],
    [15, 15],
    [25, 30],
    [31, 31],
  ])('of second %d is %d', (second, end) => {
    expect(bufferedEnd(media, second)).toBe(end)
  })
})

describe('behindHole', () => {
  const media = aVideo([0.4, 10], [12, 30])

  it.each([
    [0, 0.4],
    [10, 12],
    [11, 12],
    [5, undefined],
    [30, undefined],
  ])('at second %d it goes on at %s', (second, start) => {
    expect(behindHole(media, second, 3)).toBe(start)
  })

  it('leaves a long hole alone', () => {
    expect(behindHole(media, 10, 1)).toBeUndefined()
  })
})
