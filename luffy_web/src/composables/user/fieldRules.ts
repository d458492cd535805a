import { plainMobile } from '@/format/mobile'

/** Returns a message when the value is not acceptable. */
type Rule = (value: string) => string | undefined

const required = (message: string): Rule => (value) => (value.trim() ? undefined : message)

export const account = required('请输入用户名、手机号或邮箱')
export const currentPassword = required('请输入密码')
export const nickname = required('请给自己起一个昵称')

export const mobile: Rule = (value) =>
  /^1[3-9]\d{9}$/.test(plainMobile(value)) ? undefined : '请输入 11 位手机号'

export const smsCode: Rule = (value) =>
  /^\d{6}$/.test(value.trim()) ? undefined : '请输入短信中的 6 位数字验证码'

export const newPassword: Rule = (value) => {
  if (value.length < 8) return '密码至少 8 位'
  return value.length > 128 ? '密码最多 128 位' : undefined
}
