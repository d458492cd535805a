import type { Arrival, Device, LoginProvider, ProviderName, SessionData, SocialAccount } from '@/types'

import { dataOf, done, http, withoutToken } from './http'
import type { Agreed } from './user'

/** With whom a login begins, where, and a secret that only this browser has. */
interface Begin {
  provider: ProviderName
  device: Device
  browser_key: string
}

/** What the provider has sent this browser back with. */
export interface Return {
  provider: ProviderName
  code: string
  state: string
  browser_key: string
}

interface Binding extends Agreed {
  ticket: string
  browser_key: string
  mobile: string
  code: string
}

export const fetchLoginProviders = (): Promise<LoginProvider[]> =>
  dataOf(http.GET('/api/v1/user/social/providers/', withoutToken))

/** Where to send the browser. */
export const beginSocialLogin = async (body: Begin): Promise<string> =>
  (await dataOf(http.POST('/api/v1/user/social/authorize/', { body, ...withoutToken }))).authorize_url

/** A session, or a ticket for `bindSocialAccount`. */
export const finishSocialLogin = (body: Return): Promise<Arrival> =>
  dataOf(http.POST('/api/v1/user/social/login/', { body, ...withoutToken }))

/** Raises ConsentRequired as loginBySms. */
export const bindSocialAccount = (body: Binding): Promise<SessionData> =>
  dataOf(http.POST('/api/v1/user/social/bind/', { body, ...withoutToken }))

export const fetchSocialAccounts = (): Promise<SocialAccount[]> => dataOf(http.GET('/api/v1/user/social/'))

/** `proof`: the code that the account's mobile got, or without a mobile the password. */
export const beginConnecting = async (body: Begin, proof: { code?: string; password?: string }): Promise<string> =>
  (await dataOf(http.POST('/api/v1/user/social/connect/authorize/', { body: { ...body, ...proof } }))).authorize_url

export const finishConnecting = (body: Return): Promise<SocialAccount[]> =>
  dataOf(http.POST('/api/v1/user/social/connect/', { body }))

export const disconnectSocialAccount = (provider: ProviderName): Promise<void> =>
  done(http.DELETE('/api/v1/user/social/{provider}/', { params: { path: { provider } } }))
