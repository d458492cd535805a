import { earlyAnswer } from './earlyAnswers'
import { isAbort, tooSlow, unreachable } from './errors'
import { readServerTime } from './serverTime'

/** Milliseconds until a request counts as lost. The server answers in one or two seconds, phones in a tunnel need more. */
const LIMIT = 30_000
/** The same where the server asks a payment provider meanwhile or builds a file: its proxy gives up after 65 s, and says so. */
export const PATIENT_LIMIT = 70_000

/** Aborts with either; AbortSignal.any() is missing in the browsers of older phones. */
function eitherOf(caller: AbortSignal, clock: AbortSignal): AbortSignal {
  const either = new AbortController()
  if (caller.aborted) either.abort()
  caller.addEventListener('abort', () => either.abort(), { once: true })
  clock.addEventListener('abort', () => either.abort(clock.reason), { once: true })
  return either.signal
}

/** Sends a request, if the document has not sent it already; raises ApiError (status 0) without an answer. `limit` in milliseconds, which includes reading the answer. */
export async function reach(request: Request, limit = LIMIT): Promise<Response> {
  const clock = AbortSignal.timeout(limit)
  try {
    const response = await (earlyAnswer(request) ?? fetch(request, { signal: eitherOf(request.signal, clock) }))
    readServerTime(response)
    return response
  } catch (error) {
    if (clock.aborted && !request.signal.aborted) throw tooSlow()
    throw isAbort(error) ? error : unreachable()
  }
}
