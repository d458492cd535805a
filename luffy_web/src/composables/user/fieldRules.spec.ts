import { describe, expect, it } from 'vitest'

import * as rules from './fieldRules'

describe('the rules of the fields', () => {
  it.each([
    ['account', 'student', undefined],
    ['account', '  ', '请输入用户名、手机号或邮箱'],
    ['nickname', '', '请给自己起一个昵称'],
    ['currentPassword', ' ', '请输入密码'],
    ['mobile', '+86 138 0000 0001', undefined],
    ['mobile', '12800000001', '请输入 11 位手机号'],
    ['mobile', '1380000000', '请输入 11 位手机号'],
    ['smsCode', ' 246810 ', undefined],
    ['smsCode', '24681', '请输入短信中的 6 位数字验证码'],
    ['newPassword', 'x'.repeat(7), '密码至少 8 位'],
    ['newPassword', 'x'.repeat(8), undefined],
    ['newPassword', 'x'.repeat(128), undefined],
    ['newPassword', 'x'.repeat(129), '密码最多 128 位'],
  ] as const)('%s judges %j', (rule, value, message) => {
    expect(rules[rule](value)).toBe(message)
  })
})
