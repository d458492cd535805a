import { describe, expect, it } from 'vitest'

import { plainMobile } from './mobile'

describe('plainMobile', () => {
  it.each([
    '13800000001',
    ' 138 0000 0001 ',
    '138-0000-0001',
    '+86 138 0000 0001',
    '+8613800000001',
    '008613800000001',
    '8613800000001',
    '１３８０００００００１',
  ])('understands %s', (typed) => {
    expect(plainMobile(typed)).toBe('13800000001')
  })

  it.each(['', '8613800', '+1 202 555 0100'])('leaves what is no Chinese number as wrong as it is: "%s"', (typed) => {
    expect(plainMobile(typed)).not.toMatch(/^1\d{10}$/)
  })
})
