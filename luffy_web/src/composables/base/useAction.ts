import { ref, type Ref } from 'vue'

import { ApiError } from '@/api/errors'
import type { LoginMode } from '@/stores/loginPrompt'
import { settleHeldDrafts } from '@/stores/drafts'
import { useSessionStore } from '@/stores/session'

import { useNotice } from './useNotice'

export interface Action<Args extends unknown[] = []> {
  busy: Ref<boolean>
  run: (...args: Args) => Promise<void>
}

/** An action of the visitor that runs once at a time. `refused` gets the server's refusal; by default it is shown as a notice. */
export function useAction<Args extends unknown[]>(
  act: (...args: Args) => Promise<void>,
  refused: (error: ApiError) => void = (error) => useNotice().refuse(error),
): Action<Args> {
  const busy = ref(false)

  async function run(...args: Args): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      await act(...args)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      refused(error)
    } finally {
      busy.value = false
    }
  }

  return { busy, run }
}

/** What the forms of the ended session had sent is theirs again if it is not sent now. */
async function repeated<Result>(isBack: boolean, act: () => Promise<Result>): Promise<Result | undefined> {
  let isSent = false
  try {
    const result = isBack ? await act() : undefined
    isSent = isBack
    return result
  } finally {
    settleHeldDrafts(isSent)
  }
}

/**
 * Runs `act` after asking for a login if necessary, and once more when the session turns out to have
 * ended, if the same student is back. Returns undefined when the visitor dismisses the login. `mode` is the form for a stranger.
 */
export async function withLogin<Result>(
  act: () => Promise<Result>,
  mode: LoginMode = 'login',
): Promise<Result | undefined> {
  const session = useSessionStore()
  if (!(await session.askLogin(mode))) return undefined
  const owner = session.user?.id
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) throw error
    // Another student who logs in has not written this, and has not asked for it.
    const isBack = (await session.askLogin()) && session.user?.id === owner
    return repeated(isBack, act)
  }
}
