import type { Ref } from 'vue'

import { loginByPassword, loginBySms, register, resetPassword, type Registration } from '@/api/user'
import { useForm, type Form } from '@/composables/base/useForm'
import { useNotice } from '@/composables/base/useNotice'
import { plainMobile } from '@/format/mobile'
import { useSessionStore } from '@/stores/session'
import type { SessionData } from '@/types'

import * as rules from './fieldRules'
import { useCaptcha, type CaptchaField } from './useCaptcha'

interface PasswordLogin {
  form: Form<{ username: string; password: string }>
  captcha: CaptchaField
}

export function usePasswordLogin(): PasswordLogin {
  const session = useSessionStore()
  const captcha = useCaptcha()
  const form = useForm(
    { username: '', password: '' },
    { username: rules.account, password: rules.currentPassword },
    ({ username, password }) =>
      captcha.guard(async (answer) => {
        session.start(await loginByPassword(username.trim(), password, answer))
      }),
  )
  return { form, captcha }
}

export function useSmsLogin(): Form<{ mobile: string; code: string }> {
  const session = useSessionStore()
  return useForm(
    { mobile: '', code: '' },
    { mobile: rules.mobile, code: rules.smsCode },
    async ({ mobile, code }) => {
      session.start(await loginBySms(plainMobile(mobile), code.trim()))
    },
  )
}

export type NewPasswordForm = Form<{ mobile: string; code: string; password: string }>

/** A code proves the mobile, a new password is set, and the session starts. */
function useNewPassword(send: (body: Registration) => Promise<SessionData>, success: string): NewPasswordForm {
  const session = useSessionStore()
  return useForm(
    { mobile: '', code: '', password: '' },
    { mobile: rules.mobile, code: rules.smsCode, password: rules.newPassword },
    async ({ mobile, code, password }) => {
      session.start(await send({ mobile: plainMobile(mobile), code: code.trim(), password }))
      useNotice().tell(success)
    },
  )
}

export const useRegistration = (): NewPasswordForm => useNewPassword(register, '注册成功，欢迎来到 Luffy 学堂！')

export const usePasswordReset = (): NewPasswordForm => useNewPassword(resetPassword, '密码已重设，已为您登录。')

/** The part of a form that the fields for a mobile and its code use. */
export interface MobileForm {
  fields: { mobile: string; code: string }
  errors: Ref<{ mobile?: string; code?: string }>
  check: (field: 'mobile') => boolean
  attempt: (act: () => Promise<void>) => Promise<unknown>
}
