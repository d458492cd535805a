import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'

import { ApiError, isAbort } from '@/api/errors'

export interface Load<Data, Args extends unknown[] = []> {
  data: ShallowRef<Data | null>
  error: ShallowRef<ApiError | null>
  loading: Ref<boolean>
  load: (...args: Args) => Promise<void>
  /** Clears the data and aborts a running request. */
  drop: () => void
}

/** Answers that are shown until newer ones come. */
export interface Keeper<Data, Args extends unknown[]> {
  find: (...args: Args) => Data | undefined
  keep: (data: Data, ...args: Args) => void
}

const isAway = ({ status }: ApiError) => status === 0 || status >= 500

/**
 * One read from the server: data, loading state and error. A new call aborts the running one. What the keeper finds
 * is shown at once and does not count as loading; it stays when the server is away.
 */
export function useLoad<Data, Args extends unknown[]>(
  read: (signal: AbortSignal, ...args: Args) => Promise<Data>,
  keeper?: Keeper<Data, Args>,
): Load<Data, Args> {
  const data = shallowRef<Data | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const loading = ref(true)
  let current = new AbortController()

  async function load(...args: Args): Promise<void> {
    current.abort()
    const mine = (current = new AbortController())
    const known = keeper?.find(...args)
    if (known !== undefined) data.value = known
    loading.value = known === undefined
    error.value = null
    try {
      const answer = await read(mine.signal, ...args)
      if (mine.signal.aborted) return
      data.value = answer
      keeper?.keep(answer, ...args)
    } catch (cause) {
      if (mine.signal.aborted || isAbort(cause)) return
      if (!(cause instanceof ApiError)) throw cause
      if (known === undefined || !isAway(cause)) error.value = cause
    } finally {
      if (mine === current) loading.value = false
    }
  }

  function drop() {
    current.abort()
    data.value = null
    error.value = null
    loading.value = false
  }

  onScopeDispose(() => current.abort())
  return { data, error, loading, load, drop }
}
