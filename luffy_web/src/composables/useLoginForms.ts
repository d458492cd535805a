import type { Ref } from 'vue'

import { loginByPassword, loginBySms, register, resetPassword } from '@/api/user'
import { plainMobile } from '@/format/mobile'
import { useSessionStore } from '@/stores/session'

import * as rules from './fieldRules'
import { useForm } from './useForm'
import { useNotice } from './useNotice'

export function usePasswordLogin() {
  const session = useSessionStore()
  return useForm(
    { username: '', password: '' },
    { username: rules.account, password: rules.currentPassword },
    async ({ username, password }) => {
      session.start(await loginByPassword(username.trim(), password))
    },
  )
}

export function useSmsLogin() {
  const session = useSessionStore()
  return useForm(
    { mobile: '', code: '' },
    { mobile: rules.mobile, code: rules.smsCode },
    async ({ mobile, code }) => {
      session.start(await loginBySms(plainMobile(mobile), code.trim()))
    },
  )
}

export function useRegistration() {
  const session = useSessionStore()
  return useForm(
    { mobile: '', code: '', password: '' },
    { mobile: rules.mobile, code: rules.smsCode, password: rules.newPassword },
    async ({ mobile, code, password }) => {
      session.start(await register({ mobile: plainMobile(mobile), code: code.trim(), password }))
      useNotice().tell('注册成功，欢迎来到 Luffy 学堂！')
    },
  )
}

/** A forgotten password: proves the mobile, sets a new one and logs in with it. */
export function usePasswordReset() {
  const session = useSessionStore()
  return useForm(
    { mobile: '', code: '', password: '' },
    { mobile: rules.mobile, code: rules.smsCode, password: rules.newPassword },
    async ({ mobile, code, password }) => {
      session.start(await resetPassword(plainMobile(mobile), code.trim(), password))
      useNotice().tell('密码已重设，已为您登录。')
    },
  )
}

/** As much of a form as the fields for a mobile and its code touch. */
export interface MobileForm {
  fields: { mobile: string; code: string }
  faults: Ref<{ mobile?: string; code?: string }>
  check: (field: 'mobile') => boolean
  attempt: (act: () => Promise<void>) => Promise<unknown>
}
