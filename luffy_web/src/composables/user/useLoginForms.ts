import type { Ref } from 'vue'

import { ApiError, ErrorCode } from '@/api/errors'
import { bindSocialAccount } from '@/api/social'
import { type Agreed, loginByPassword, loginBySms, type NewPassword, register, resetPassword } from '@/api/user'
import { useForm, type Form, type Rules } from '@/composables/base/useForm'
import { useNotice } from '@/composables/base/useNotice'
import { accountAgreements, reloadSite, useSite } from '@/composables/school/useSite'
import { plainMobile } from '@/format/mobile'
import { useSessionStore } from '@/stores/session'

import * as rules from './fieldRules'
import { useCaptcha, type CaptchaField } from './useCaptcha'
import { useTypedAccount } from './useTypedAccount'

interface PasswordLogin {
  form: Form<{ username: string; password: string }>
  captcha: CaptchaField
}

export function usePasswordLogin(): PasswordLogin {
  const session = useSessionStore()
  const captcha = useCaptcha()
  const typed = useTypedAccount()
  const form = useForm(
    { username: typed.account, password: '' },
    { username: rules.account, password: rules.currentPassword },
    ({ username, password }) =>
      captcha.guard(async (answer) => {
        session.start(await loginByPassword(username.trim(), password, answer))
      }),
  )
  typed.keep(() => form.fields.username)
  return { form, captcha }
}

const needsConsent = (agreed: string) =>
  agreed || accountAgreements().length === 0 ? undefined : '请先阅读并同意上面的协议'

/**
 * Sends the versions that the box names. When one of them was overtaken since the page was loaded, the box
 * is empty again and names the new ones.
 */
async function withConsent<Data>(fields: { agreements: string }, send: (agreed: Agreed) => Promise<Data>): Promise<Data> {
  const ids = accountAgreements().map(({ id }) => id)
  try {
    return await send(ids.length > 0 ? { agreements: ids } : {})
  } catch (refusal) {
    if (refusal instanceof ApiError && refusal.code === ErrorCode.ConsentRequired) {
      await reloadSite()
      fields.agreements = ''
    }
    throw refusal
  }
}

/** A form of the dialog whose mobile the other forms begin with. */
function useMobileForm<Fields extends { mobile: string } & Record<string, string>>(
  others: Omit<Fields, 'mobile'>,
  checks: Rules<Fields>,
  send: (fields: Fields) => Promise<void>,
): Form<Fields> {
  const typed = useTypedAccount()
  const form = useForm({ ...others, mobile: typed.mobile } as Fields, checks, send)
  typed.keep(() => form.fields.mobile)
  return form
}

type SmsLogin = Record<'mobile' | 'code' | 'agreements', string>

export function useSmsLogin(): Form<SmsLogin> {
  const session = useSessionStore()
  return useMobileForm<SmsLogin>(
    { code: '', agreements: '' },
    { mobile: rules.mobile, code: rules.smsCode, agreements: needsConsent },
    async (fields) => {
      const body = { mobile: plainMobile(fields.mobile), code: fields.code.trim() }
      session.start(await withConsent(fields, (agreed) => loginBySms({ ...body, ...agreed })))
    },
  )
}

/** The login has to begin anew: its ticket is too old or used, or the person has an account already. */
const DEAD_TICKET = [2008, 2009]

interface BindingEnds {
  done: () => void
  dead: (reason: string) => void
}

/** Who came from a provider for the first time proves a mobile; `done` is called once they are logged in. */
export function useSocialBinding(ticket: string, browser_key: string, { done, dead }: BindingEnds): Form<SmsLogin> {
  const session = useSessionStore()
  return useMobileForm<SmsLogin>(
    { code: '', agreements: '' },
    { mobile: rules.mobile, code: rules.smsCode, agreements: needsConsent },
    async (fields) => {
      const body = { ticket, browser_key, mobile: plainMobile(fields.mobile), code: fields.code.trim() }
      try {
        session.start(await withConsent(fields, (agreed) => bindSocialAccount({ ...body, ...agreed })))
      } catch (error) {
        if (error instanceof ApiError && DEAD_TICKET.includes(error.code)) return dead(error.msg)
        throw error
      }
      done()
    },
  )
}

type NewPasswordFields = Record<'mobile' | 'code' | 'password', string>
export type NewPasswordForm = Form<NewPasswordFields>
type RegistrationForm = Form<NewPasswordFields & { agreements: string }>

/** A code proves the mobile, a new password is set, and the session starts. */
const newPassword = ({ mobile, code, password }: NewPassword): NewPassword => ({
  mobile: plainMobile(mobile),
  code: code.trim(),
  password,
})
const newPasswordRules = { mobile: rules.mobile, code: rules.smsCode, password: rules.newPassword }

export function useRegistration(): RegistrationForm {
  const session = useSessionStore()
  const site = useSite()
  return useMobileForm<NewPasswordFields & { agreements: string }>(
    { code: '', password: '', agreements: '' },
    { ...newPasswordRules, agreements: needsConsent },
    async (fields) => {
      session.start(await withConsent(fields, (agreed) => register({ ...newPassword(fields), ...agreed })))
      useNotice().tell(`注册成功，欢迎来到${site.value.name}！`)
    },
  )
}

export function usePasswordReset(): NewPasswordForm {
  const session = useSessionStore()
  return useMobileForm<NewPasswordFields>({ code: '', password: '' }, newPasswordRules, async (fields) => {
    session.start(await resetPassword(newPassword(fields)))
    useNotice().tell('密码已重设，已为您登录。')
  })
}

/** The part of a form that the fields for a mobile and its code use. */
export interface MobileForm {
  fields: { mobile: string; code: string }
  errors: Ref<{ mobile?: string; code?: string }>
  check: (field: 'mobile') => boolean
  attempt: (act: () => Promise<void>) => Promise<unknown>
}
