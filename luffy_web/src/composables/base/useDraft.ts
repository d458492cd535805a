import { onScopeDispose } from 'vue'

import { ApiError } from '@/api/errors'
import { dropDraft, hasDraft, holdDraft, keepDraft, takeDraft, type Draft } from '@/stores/drafts'
import { useSessionStore } from '@/stores/session'

interface DraftKeeper<Data> {
  /** What was in this form when the session of the same student ended. */
  found: Draft<Data> | undefined
  /** Runs the request of the form. One that ends the session is repeated by the next form after the login. */
  sending: (send: () => Promise<void>) => Promise<void>
}

/** Whether the student who is logged in has left something in this form when the session ended. */
export function isDrafted(name: string): boolean {
  const owner = useSessionStore().user?.id
  return owner !== undefined && hasDraft(name, owner)
}

/**
 * Keeps what was typed when the session ends, which takes the page and its forms away, until the same
 * student is back. `read` returns the content of the form, null when it is not worth keeping; nothing is
 * kept of a form without a name, such as one with passwords. What is being sent by a request that `withLogin`
 * repeats, as `isSending` says, is kept only if that does not succeed.
 */
export function useDraft<Data>(
  name: string | undefined,
  read: () => Data | null,
  isSending: () => boolean = () => false,
): DraftKeeper<Data> {
  const session = useSessionStore()
  const owner = session.user?.id
  let isToSend = false
  /** What was in the form when it was taken away. */
  let last: Data | null | undefined

  function keep() {
    const data = last === undefined ? read() : last
    if (name === undefined || owner === undefined || session.user?.id === owner || data === null) return
    const hold = isSending() ? holdDraft : keepDraft
    hold(name, { owner, data, isToSend })
  }

  async function sendAfterLogin() {
    isToSend = true
    keep()
    const isBack = await session.askLogin()
    isToSend = false
    // Who turns away and logs in later has forgotten the button.
    if (!isBack) keep()
  }

  async function sending(send: () => Promise<void>) {
    try {
      await send()
      if (name !== undefined) dropDraft(name)
    } catch (error) {
      if (error instanceof ApiError && error.status === 401 && !session.isLoggedIn) void sendAfterLogin()
      throw error
    }
  }

  onScopeDispose(() => {
    last = read()
    keep()
  })

  const found = name === undefined || owner === undefined ? undefined : takeDraft<Data>(name, owner)
  return { found, sending }
}
