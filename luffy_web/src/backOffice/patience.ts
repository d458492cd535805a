import { ApiError } from '@/api/errors'

const FIRST_PAUSE = 1000
const LONGEST_PAUSE = 30_000
/** A server that answers, but with faults, is asked this often; a lost line is waited for. */
const MOST_FAULTS = 6

export const aborted = () => new DOMException('paused', 'AbortError')

const isLost = (fault: unknown): fault is ApiError => fault instanceof ApiError && fault.status === 0

const willPass = (fault: unknown): fault is ApiError =>
  fault instanceof ApiError && ([0, 408, 429].includes(fault.status) || fault.status >= 500)

/** Waits, but no longer than until the browser has its line again. */
function rest(pause: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = new AbortController()
    const end = (act: () => void) => () => {
      clearTimeout(timer)
      over.abort()
      act()
    }
    const timer = setTimeout(end(resolve), pause)
    window.addEventListener('online', end(resolve), { signal: over.signal })
    signal.addEventListener('abort', end(() => reject(aborted())), { signal: over.signal })
  })
}

/**
 * Does it until it is done: after a lost line or a fault that will pass it is tried again, ever more
 * seldom. `waiting` is told when that happens and when it is over. Raises what will not pass, and
 * AbortError.
 */
export async function patiently<Result>(
  act: () => Promise<Result>,
  { signal, waiting }: { signal: AbortSignal; waiting: (fault: ApiError | null) => void },
): Promise<Result> {
  let faults = 0
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    if (signal.aborted) throw aborted()
    try {
      const result = await act()
      waiting(null)
      return result
    } catch (fault) {
      if (signal.aborted) throw aborted()
      if (!willPass(fault) || (!isLost(fault) && ++faults >= MOST_FAULTS)) throw fault
      waiting(fault)
      await rest((fault.retryAfter ?? 0) * 1000 || pause, signal)
    }
  }
}
