import { describe, expect, it } from 'vitest'

import { plainTaxNumber, taxNumberError } from './taxNumber'

const WRONG = '税号有误，请对照营业执照逐位核对'

describe('taxNumberError', () => {
  // From public registrations of companies; the last one is the example of GB 11643.
  it.each(['9144030071526726XG', '914403001922038216', '91110108551385082Q', '91350100M000100Y43', '11010519491231002X'])(
    'accepts %s',
    (number) => {
      expect(taxNumberError(number)).toBeUndefined()
    },
  )

  it('accepts a check character of zero, which stands for a remainder of zero', () => {
    expect(taxNumberError('91330106MF78901120')).toBeUndefined()
  })

  it('notices any one mistyped character', () => {
    const number = '9144030071526726XG'
    const wrong = [...number].flatMap((character, at) =>
      [...'0123456789ABCDEFGHJKLMNPQRTUWXY']
        .filter((other) => other !== character)
        .map((other) => number.slice(0, at) + other + number.slice(at + 1)),
    )

    expect(wrong.filter((each) => taxNumberError(each) !== WRONG)).toEqual([])
  })

  it.each(['44030071526726X', '11010549123100201', '11010519491231002X00'])('leaves %s of another length to the server', (number) => {
    expect(taxNumberError(number)).toBeUndefined()
  })

  it.each([
    ['', '请输入税号'],
    ['   ', '请输入税号'],
    ['9144', '税号应为 18 位统一社会信用代码，或 15、17、20 位的旧税号'],
    ['91440300715267二6XG', WRONG],
  ])('refuses %o', (number, message) => {
    expect(taxNumberError(number)).toBe(message)
  })
})

describe('plainTaxNumber', () => {
  it('takes a number as people type or paste it', () => {
    expect(plainTaxNumber(' ９1440300-7152 6726xg ')).toBe('9144030071526726XG')
  })
})
