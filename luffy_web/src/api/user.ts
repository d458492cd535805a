import type { Captcha, CaptchaAnswer, MobileChange, Profile, SessionData, SmsPurpose } from '@/types'

import { dataOf, done, http, patiently, quietly, upload, withoutToken } from './http'

/** A mobile proved by a code, and its new password. */
export interface NewPassword {
  mobile: string
  code: string
  password: string
}

/** What a new account agrees to: ids of versions of the agreements. */
export interface Agreed {
  agreements?: number[]
}

export type Registration = NewPassword & Agreed

/** Raises CaptchaRequired when a captcha has to be answered first. */
export const sendSmsCode = (mobile: string, purpose: SmsPurpose, captcha?: CaptchaAnswer): Promise<void> =>
  done(http.POST('/api/v1/user/sms_code/', { body: { mobile, purpose, ...captcha }, ...withoutToken }))

/** A new picture; the server asks for it by CaptchaRequired. */
export const createCaptcha = (): Promise<Captcha> =>
  dataOf(http.POST('/api/v1/user/captcha/', withoutToken))

/** Raises CaptchaRequired when a captcha has to be answered first. */
export const loginByPassword = (username: string, password: string, captcha?: CaptchaAnswer): Promise<SessionData> =>
  dataOf(http.POST('/api/v1/user/login/', { body: { username, password, ...captcha }, ...withoutToken }))

/** Raises ConsentRequired when one of the versions was overtaken meanwhile; so does `register`. */
export const loginBySms = (body: { mobile: string; code: string } & Agreed): Promise<SessionData> =>
  dataOf(http.POST('/api/v1/user/sms_login/', { body, ...withoutToken }))

export const register = (body: Registration): Promise<SessionData> =>
  dataOf(http.POST('/api/v1/user/register/', { body, ...withoutToken }))

export const resetPassword = (body: NewPassword): Promise<SessionData> =>
  dataOf(http.POST('/api/v1/user/password/reset/', { body, ...withoutToken }))

export const refreshToken = (): Promise<SessionData> =>
  dataOf(http.POST('/api/v1/user/token/refresh/', quietly))

export const endSession = (): Promise<void> => done(http.POST('/api/v1/user/logout/', quietly))

export const endAllSessions = (): Promise<void> => done(http.POST('/api/v1/user/logout/all/'))

export const fetchProfile = (): Promise<Profile> => dataOf(http.GET('/api/v1/user/profile/'))

export const saveProfile = (body: Partial<Profile>): Promise<Profile> =>
  dataOf(http.PATCH('/api/v1/user/profile/', { body }))

export const changePassword = (old_password: string, password: string): Promise<SessionData> =>
  dataOf(http.PUT('/api/v1/user/password/', { body: { old_password, password } }))

/** Sends a code to the account's own mobile, which the browser knows only masked; as sendSmsCode. */
export const sendConfirmCode = (captcha?: CaptchaAnswer): Promise<void> =>
  done(http.POST('/api/v1/user/confirm_code/', { body: { ...captcha } }))

export const changeMobile = (body: MobileChange): Promise<Profile> =>
  dataOf(http.PUT('/api/v1/user/mobile/', { body }))

/** Returns the changed profile; `progress` goes from 0 to 1. */
export function uploadAvatar(picture: File, progress: (part: number) => void): Promise<Profile> {
  const form = new FormData()
  form.append('icon', picture)
  return upload('/api/v1/user/avatar/', form, progress)
}

export const fetchOwnData = (): Promise<unknown> => dataOf(http.GET('/api/v1/user/export/', patiently))

/** `proof`: the password, or for an account without one the code that its mobile got. */
export const deleteAccount = (proof: { password: string } | { code: string }): Promise<void> =>
  done(http.POST('/api/v1/user/close/', { body: proof }))
