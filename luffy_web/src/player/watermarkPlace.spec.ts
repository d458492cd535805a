import { describe, expect, it } from 'vitest'

import { watermarkPlace } from './watermarkPlace'

const MARK = { width: 96, height: 20 }
const steps = Array.from({ length: 21 }, (_, at) => at / 20)

describe('watermarkPlace', () => {
  it.each([
    ['a phone', { width: 358, height: 201 }],
    ['a laptop', { width: 860, height: 484 }],
    ['a full screen', { width: 1920, height: 1080 }],
    ['a strip', { width: 120, height: 67 }],
  ])('keeps the middle third and the bar free on %s', (_, frame) => {
    for (const step of steps) {
      const { top, left } = watermarkPlace(frame, MARK, () => step)
      const isAbove = top >= 0 && top + MARK.height <= Math.ceil(frame.height / 3)
      const isBelow = top >= Math.floor((frame.height * 2) / 3) && top + MARK.height <= frame.height - 76
      expect(isAbove || isBelow, `${top} of ${frame.height}`).toBe(true)
      expect(left + MARK.width).toBeLessThanOrEqual(frame.width)
    }
  })

  it('is below the middle too where there is room, so that no crop of one edge removes it', () => {
    const tops = steps.map((step) => watermarkPlace({ width: 860, height: 484 }, MARK, () => step).top)
    expect(tops.some((top) => top < 161)).toBe(true)
    expect(tops.some((top) => top > 322)).toBe(true)
  })
})
