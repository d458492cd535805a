import { ref, type Ref } from 'vue'

/** `join`: by a mobile and its code alone, whether or not there is an account; for who is about to get a course. */
export type LoginMode = 'login' | 'register' | 'join'

interface LoginPrompt {
  /** The form that the login dialog shows; null while it is closed. */
  loginMode: Ref<LoginMode | null>
  /** Opens the dialog; resolves to whether the visitor has logged in. */
  open: (mode: LoginMode) => Promise<boolean>
  /** Closes the dialog and answers everybody who waits for it. */
  settle: (loggedIn: boolean) => void
}

/** The login dialog as a promise. */
export function createLoginPrompt(): LoginPrompt {
  const loginMode = ref<LoginMode | null>(null)
  let waiting: ((loggedIn: boolean) => void)[] = []

  return {
    loginMode,
    open(mode) {
      loginMode.value = mode
      return new Promise((resolve) => waiting.push(resolve))
    },
    settle(loggedIn) {
      loginMode.value = null
      waiting.forEach((resolve) => resolve(loggedIn))
      waiting = []
    },
  }
}
