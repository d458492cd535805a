const present = (sentence: string) => (value: string) => (value.trim() ? undefined : sentence)

export const account = present('请输入用户名、手机号或邮箱')
export const currentPassword = present('请输入密码')

export const mobile = (value: string) =>
  /^1[3-9]\d{9}$/.test(value.trim()) ? undefined : '请输入 11 位手机号'

export const smsCode = (value: string) =>
  /^\d{4,6}$/.test(value.trim()) ? undefined : '请输入短信中的数字验证码'

export const newPassword = (value: string) =>
  value.length >= 8 ? undefined : '密码至少 8 位，请混用字母和数字'
