import { describe, expect, it } from 'vitest'

import { nameError, printedName } from './certificateName'

describe('printedName', () => {
  it.each([
    [' 王　小明 ', '王 小明'],
    ['阿卜杜拉•买买提', '阿卜杜拉·买买提'],
    ['Ａnna  Smith', 'Anna Smith'],
  ])('prints %s as %s, as the server does', (typed, printed) => {
    expect(printedName(typed)).toBe(printed)
  })
})

describe('nameError', () => {
  it('asks for a name that can be one', () => {
    expect([' ', '王', '王'.repeat(31)].map(nameError)).toEqual(['请输入您的真实姓名', '姓名须为 2 到 30 个字', '姓名须为 2 到 30 个字'])
    expect(nameError('王明')).toBeUndefined()
  })
})
