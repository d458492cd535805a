import { describe, expect, it } from 'vitest'

import { sumOf } from './money'

describe('sumOf', () => {
  it.each([
    [[], '0.00'],
    [['99.00'], '99.00'],
    [['0.10', '0.20'], '0.30'],
    [['19.99', '0.01', '5.05'], '25.05'],
    [['1.1', '2'], '3.10'],
    [Array<string>(50).fill('99999999.99'), '4999999999.50'],
  ])('adds %j to %s', (amounts, sum) => {
    expect(sumOf(amounts)).toBe(sum)
  })
})
