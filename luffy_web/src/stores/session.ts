import { useEventListener, useStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'

import { connectSession } from '@/api/http'
import { endSession, refreshToken } from '@/api/user'
import type { SessionData, SessionUser } from '@/types'

import { storageOf } from './storage'

const KEY = 'luffy.session'
const SECOND = 1000
const MINUTE = 60 * SECOND
const LONGEST_TIMER = 2 ** 31 - 1

export type LoginMode = 'login' | 'register'

function read(text: string): SessionData | null {
  try {
    const value = JSON.parse(text) as SessionData | null
    return value?.token && value.user ? value : null
  } catch {
    return null
  }
}

/** A quarter of the remaining time is kept in hand for the renewal; what is nearly over is renewed at once. */
export function renewalDelay(expiresAt: string, now = Date.now()): number {
  const left = Date.parse(expiresAt) - now
  return Math.min(Math.max(left * 0.75, SECOND), LONGEST_TIMER)
}

export const useSessionStore = defineStore('session', () => {
  // Kept in local storage, which also tells the other tabs of every login and logout.
  const session = useStorage<SessionData | null>(KEY, null, storageOf('localStorage'), {
    serializer: { read, write: JSON.stringify },
    flush: 'sync',
  })
  const user = computed<SessionUser | null>(() => session.value?.user ?? null)
  const isLoggedIn = computed(() => session.value !== null)

  const loginMode = ref<LoginMode | null>(null)
  let waiting: ((loggedIn: boolean) => void)[] = []

  function settle(loggedIn: boolean) {
    loginMode.value = null
    waiting.forEach((resolve) => resolve(loggedIn))
    waiting = []
  }

  /** Opens the login dialog; true once the visitor has logged in, false when they turn away. */
  function askLogin(mode: LoginMode = 'login'): Promise<boolean> {
    if (isLoggedIn.value) return Promise.resolve(true)
    loginMode.value = mode
    return new Promise((resolve) => waiting.push(resolve))
  }

  const start = (data: SessionData) => (session.value = data)
  const end = () => (session.value = null)

  function updateUser(changes: Partial<SessionUser>) {
    if (session.value) session.value = { ...session.value, user: { ...session.value.user, ...changes } }
  }

  /** The server is told, but a server out of reach must not keep anybody logged in here. */
  async function logout() {
    await endSession().catch(() => undefined)
    end()
  }

  async function renew() {
    const old = session.value?.token
    try {
      const fresh = await refreshToken()
      if (session.value?.token === old) start(fresh)
    } catch {
      schedule(MINUTE)
    }
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  let due = Infinity
  function schedule(delay: number) {
    clearTimeout(timer)
    due = session.value ? Date.now() + delay : Infinity
    if (session.value) timer = setTimeout(() => void renew(), delay)
  }

  /** Timers stand still while a laptop sleeps; what became due meanwhile is done when it wakes. */
  function catchUp() {
    if (document.visibilityState === 'visible' && Date.now() >= due) schedule(0)
  }
  useEventListener(document, 'visibilitychange', catchUp)
  useEventListener(window, 'online', catchUp)

  watch(
    () => session.value?.token,
    (token) => {
      schedule(session.value ? renewalDelay(session.value.expires_at) : 0)
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

  return { user, isLoggedIn, loginMode, askLogin, turnAway: () => settle(false), start, updateUser, end, logout }
})
