import { describe, expect, it } from 'vitest'

import { withLineBreaks } from './lines'

describe('withLineBreaks', () => {
  it.each([
    ['一\r\n二\r\n\r\n三', '<p>一<br>二</p><p>三</p>'],
    ['一 <strong>重</strong>\n二', '<p>一 <strong>重</strong><br>二</p>'],
    ['<p>一\n二</p>', '<p>一\n二</p>'],
    [' \n ', ''],
  ])('keeps the lines of %j', (typed, html) => {
    expect(withLineBreaks(typed)).toBe(html)
  })
})
