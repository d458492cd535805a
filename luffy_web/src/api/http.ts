import createClient from 'openapi-fetch'

import { answerInDocument } from './documentAnswers'
import { ApiError, isAbort, isTimeout, refusal, tooSlow, unreachable } from './errors'
import { PATIENT_LIMIT, reach } from './reach'
import type { paths } from './schema'

/** What the client needs of the session; implemented by the session store. */
export interface SessionHooks {
  token: () => string | null
  /** The server has rejected this token. */
  ended: (token: string) => void
  /** A request needs a login. */
  loginNeeded: () => void
}

let session: SessionHooks = { token: () => null, ended: () => undefined, loginNeeded: () => undefined }

export function connectSession(hooks: SessionHooks): void {
  session = hooks
}

/** Milliseconds, for a picture of 5 MB over 256 kbit/s. */
const UPLOAD_LIMIT = 180_000

/** A stale token makes even public endpoints answer 401, so a GET is repeated once without it. */
async function sendWithToken(request: Request, limit?: number): Promise<Response> {
  const token = session.token()
  const known = answerInDocument(request, token !== null)
  if (known) return known
  if (!token) return reach(request, limit)

  const bare = request.clone()
  request.headers.set('Authorization', `jwt ${token}`)
  const response = await reach(request, limit)
  if (response.status !== 401) return response

  // Called last: the end of the session may unmount the page, which would abort the second request.
  try {
    return bare.method === 'GET' ? await reach(bare, limit) : response
  } finally {
    session.ended(token)
  }
}

async function sendOrAskLogin(request: Request, limit?: number): Promise<Response> {
  const response = await sendWithToken(request, limit)
  if (response.status === 401) session.loginNeeded()
  return response
}

/** For logging in: sends no token. */
export const withoutToken = { fetch: (request: Request): Promise<Response> => reach(request) }

/** For background requests: a 401 opens no login dialog. */
export const quietly = { fetch: (request: Request): Promise<Response> => sendWithToken(request) }

/** For requests during which the server asks a payment provider or builds a file. */
export const patiently = { fetch: (request: Request): Promise<Response> => sendOrAskLogin(request, PATIENT_LIMIT) }

export const http = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request) => sendOrAskLogin(request),
})

/**
 * PUTs a form with a file and returns the `data` of the envelope. `progress` is called with the sent
 * share (0 to 1); fetch() does not report upload progress.
 */
export function upload<Data>(path: keyof paths, form: FormData, progress: (part: number) => void): Promise<Data> {
  const token = session.token()
  const request = new XMLHttpRequest()
  return new Promise((resolve, reject) => {
    request.open('PUT', path)
    request.responseType = 'json'
    request.timeout = UPLOAD_LIMIT
    if (token) request.setRequestHeader('Authorization', `jwt ${token}`)
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0)
    request.onerror = () => reject(unreachable())
    request.ontimeout = () => reject(tooSlow())
    request.onload = () => {
      const { status, response } = request
      if (status < 400 && response) return resolve((response as { data: Data }).data)
      if (status === 401) {
        if (token) session.ended(token)
        session.loginNeeded()
      }
      const headers = { 'Retry-After': request.getResponseHeader('Retry-After') ?? '' }
      reject(refusal(new Response(null, { status: status < 400 ? 502 : status, headers }), response))
    }
    request.send(form)
  })
}

interface Answer<Envelope> {
  data?: Envelope
  error?: unknown
  response: Response
}

/** The whole envelope, for answers with keys beside `data`. */
export async function envelope<Envelope>(call: Promise<Answer<Envelope>>): Promise<Envelope> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (cause instanceof ApiError || isAbort(cause)) throw cause
    if (isTimeout(cause)) throw tooSlow()
    throw new ApiError(0, 0, '服务器开小差了，请稍后再试。')
  })
  if (data === undefined) throw refusal(response, error)
  return data
}

export async function dataOf<Data>(call: Promise<Answer<{ data: Data }>>): Promise<Data> {
  return (await envelope(call)).data
}

/** For answers without data. */
export async function done(call: Promise<Answer<unknown>>): Promise<void> {
  await envelope(call)
}
