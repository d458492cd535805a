import { ref } from 'vue'

import { ApiError } from '@/api/errors'
import { useSessionStore } from '@/stores/session'

import { useNotice } from './useNotice'

/** One thing a visitor does: runs once at a time, and a refusal is told to them kindly. */
export function useAction<Args extends unknown[]>(
  act: (...args: Args) => Promise<void>,
  refused: (fault: ApiError) => void = (fault) => useNotice().refuse(fault),
) {
  const busy = ref(false)

  async function run(...args: Args): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      await act(...args)
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault
      refused(fault)
    } finally {
      busy.value = false
    }
  }

  return { busy, run }
}

/** Logs the visitor in first if need be, then goes on; also when the session ends half way. */
export async function withLogin<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
  const session = useSessionStore()
  if (!(await session.askLogin())) return undefined
  try {
    return await act()
  } catch (fault) {
    if (!(fault instanceof ApiError && fault.status === 401)) throw fault
    return (await session.askLogin()) ? act() : undefined
  }
}
