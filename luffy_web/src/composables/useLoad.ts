import { onScopeDispose, ref, shallowRef } from 'vue'

import { ApiError, isAbort } from '@/api/errors'

/** One read of the server: its data, whether it is under way, and why it failed. The last call wins. */
export function useLoad<Data, Args extends unknown[]>(
  read: (signal: AbortSignal, ...args: Args) => Promise<Data>,
) {
  const data = shallowRef<Data | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const loading = ref(true)
  let current = new AbortController()

  async function load(...args: Args): Promise<void> {
    current.abort()
    const mine = (current = new AbortController())
    loading.value = true
    error.value = null
    try {
      const answer = await read(mine.signal, ...args)
      if (!mine.signal.aborted) data.value = answer
    } catch (fault) {
      if (mine.signal.aborted || isAbort(fault)) return
      if (!(fault instanceof ApiError)) throw fault
      error.value = fault
    } finally {
      if (mine === current) loading.value = false
    }
  }

  /** Forgets the answer and whatever is under way. */
  function drop() {
    current.abort()
    data.value = null
    error.value = null
    loading.value = false
  }

  onScopeDispose(() => current.abort())
  return { data, error, loading, load, drop }
}
