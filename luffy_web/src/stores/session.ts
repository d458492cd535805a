import { useStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, watch } from 'vue'

import { connectSession } from '@/api/http'
import { endSession } from '@/api/user'
import type { SessionData, SessionUser } from '@/types'

import { createLoginPrompt, type LoginMode } from './loginPrompt'
import { storageOf } from './storage'
import { useTokenRefresh } from './tokenRefresh'

const KEY = 'luffy.session'

function read(text: string): SessionData | null {
  try {
    const value = JSON.parse(text) as SessionData | null
    return value?.token && value.user ? value : null
  } catch {
    return null
  }
}

/** The token and user of this browser, in the local storage so that all tabs share every login and logout. */
export const useSessionStore = defineStore('session', () => {
  const session = useStorage<SessionData | null>(KEY, null, storageOf('localStorage'), {
    serializer: { read, write: JSON.stringify },
    flush: 'sync',
  })
  const user = computed<SessionUser | null>(() => session.value?.user ?? null)
  const isLoggedIn = computed(() => session.value !== null)
  /** Whether the student is to be asked for consent to a newer version of the agreements. */
  const consentNeeded = computed(() => session.value?.consent_needed ?? false)
  const { loginMode, open, settle } = createLoginPrompt()

  /** Opens the login dialog if nobody is logged in; resolves to whether somebody is afterwards. */
  const askLogin = (mode: LoginMode = 'login'): Promise<boolean> =>
    isLoggedIn.value ? Promise.resolve(true) : open(mode)

  const start = (data: SessionData) => (session.value = data)
  const end = () => (session.value = null)

  function updateUser(changes: Partial<SessionUser>) {
    if (session.value) session.value = { ...session.value, user: { ...session.value.user, ...changes } }
  }

  function consentSettled() {
    if (session.value) session.value = { ...session.value, consent_needed: false }
  }

  /** Revokes the token; the session ends here even when the server cannot be reached. */
  async function logout() {
    await endSession().catch(() => undefined)
    end()
  }

  useTokenRefresh(session)
  watch(
    () => session.value?.token,
    (token) => {
      if (token) settle(true)
    },
    { immediate: true, flush: 'sync' },
  )
  connectSession({
    token: () => session.value?.token ?? null,
    ended: (token) => {
      if (session.value?.token === token) end()
    },
    loginNeeded: () => void askLogin(),
  })

  return {
    ...{ user, isLoggedIn, consentNeeded, loginMode },
    ...{ askLogin, turnAway: () => settle(false), start, updateUser, consentSettled, end, logout },
  }
})
