import { ref, type Ref } from 'vue'
import { useRoute } from 'vue-router'

import { beginSocialLogin, fetchLoginProviders } from '@/api/social'
import { device } from '@/composables/base/device'
import { useAction, type Action } from '@/composables/base/useAction'
import { useLeave } from '@/composables/base/useLeave'
import { storageOf } from '@/stores/storage'
import type { LoginProvider, ProviderName } from '@/types'

/** A login by a provider that this tab has begun. */
export interface BegunLogin {
  provider: ProviderName
  purpose: 'login' | 'connect'
  /** Shows the server that the browser which returns is the one that went. */
  browserKey: string
  /** The page where it began. */
  back: string
  /** Who has come and has to prove a mobile: kept while the page is loaded anew. */
  ticket?: string
}

const KEY = 'luffy.begunLogin'

/** 32 random bytes in URL-safe base64. */
function newKey(): string {
  const bytes = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Paths of this site only: a browser takes `//host` and `/\host` for another one. */
const safePath = (text: unknown): string =>
  typeof text === 'string' && /^\/(?![/\\])/.test(text) && !text.startsWith('/login/') ? text : '/'

export function beginLogin(provider: ProviderName, purpose: BegunLogin['purpose'], back: string): BegunLogin {
  const begun = { provider, purpose, browserKey: newKey(), back: safePath(back) }
  keepLogin(begun)
  return begun
}

export const keepLogin = (begun: BegunLogin): void =>
  storageOf('sessionStorage').setItem(KEY, JSON.stringify(begun))

/** What this tab has begun with the provider; null in another browser, or after it ended. */
export function begunLogin(provider: string): BegunLogin | null {
  try {
    const begun = JSON.parse(storageOf('sessionStorage').getItem(KEY) ?? 'null') as BegunLogin | null
    return begun?.provider === provider && begun.browserKey ? { ...begun, back: safePath(begun.back) } : null
  } catch {
    return null
  }
}

export const endLogin = (): void => storageOf('sessionStorage').removeItem(KEY)

/** The providers that are offered on this device; none as long as the server has not said so. */
export function useLoginProviders(): Ref<LoginProvider[]> {
  const providers = ref<LoginProvider[]>([])
  fetchLoginProviders().then(
    (all) => (providers.value = all.filter(({ devices }) => devices.includes(device()))),
    () => undefined,
  )
  return providers
}

interface SocialLogin {
  providers: Ref<LoginProvider[]>
  /** Leaves for the provider, which sends the visitor back to the page of the callback. */
  start: Action<[LoginProvider]>
}

/** Login by WeChat and others, from whatever page the visitor is on. */
export function useSocialLogin(): SocialLogin {
  const route = useRoute()
  const { leaveFor } = useLeave()
  const start = useAction(async ({ provider }: LoginProvider) => {
    const { browserKey } = beginLogin(provider, 'login', route.fullPath)
    await leaveFor(await beginSocialLogin({ provider, device: device(), browser_key: browserKey }))
  })
  return { providers: useLoginProviders(), start }
}
