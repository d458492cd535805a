import { ApiError } from '@/api/errors'

/** Milliseconds. */
const FIRST_DELAY = 1000
const MAX_DELAY = 30_000
/** Attempts that a server error or rate limit may end; a lost connection is retried without limit. */
const MAX_FAILURES = 6

export const aborted = (): DOMException => new DOMException('paused', 'AbortError')

const isOffline = (error: unknown): error is ApiError => error instanceof ApiError && error.status === 0

const isTemporary = (error: unknown): error is ApiError =>
  error instanceof ApiError && ([0, 408, 429].includes(error.status) || error.status >= 500)

/** Waits for `delay` milliseconds, or until the browser is online again. Raises AbortError. */
function pause(delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const listening = new AbortController()
    const end = (act: () => void) => () => {
      clearTimeout(timer)
      listening.abort()
      act()
    }
    const timer = setTimeout(end(resolve), delay)
    window.addEventListener('online', end(resolve), { signal: listening.signal })
    signal.addEventListener('abort', end(() => reject(aborted())), { signal: listening.signal })
  })
}

interface RetryOptions {
  signal: AbortSignal
  /** Called with the error before each pause, and with null after success. */
  waiting: (error: ApiError | null) => void
}

/**
 * Repeats `act` with exponential backoff after temporary errors (lost connection, 408, 429, 5xx; honours
 * Retry-After). Raises permanent errors, and AbortError.
 */
export async function withRetry<Result>(act: () => Promise<Result>, { signal, waiting }: RetryOptions): Promise<Result> {
  let failures = 0
  for (let delay = FIRST_DELAY; ; delay = Math.min(delay * 2, MAX_DELAY)) {
    if (signal.aborted) throw aborted()
    try {
      const result = await act()
      waiting(null)
      return result
    } catch (error) {
      if (signal.aborted) throw aborted()
      if (!isTemporary(error) || (!isOffline(error) && ++failures >= MAX_FAILURES)) throw error
      waiting(error)
      await pause((error.retryAfter ?? 0) * 1000 || delay, signal)
    }
  }
}
