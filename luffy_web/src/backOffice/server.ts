import { ApiError, isTimeout, refusal, tooSlow, unreachable } from '@/api/errors'
import { PATIENT_LIMIT, reach } from '@/api/reach'

import { aborted } from './retry'

/** The states of a section's video on the wire. */
export enum MediaState {
  None = 0,
  Uploading = 1,
  Processing = 2,
  Ready = 3,
  Failed = 4,
}

/** A section's video; `progress` of the transcoding in percent, `duration` in seconds, `error` a note for the user. */
export interface Media {
  state: MediaState
  state_name: string
  progress: number
  error: string
  playable: boolean
  duration: number
}

/** Permission to upload one file; `part_size` in bytes, `ticket` holds the credentials for the storage. */
export interface UploadSession {
  id: number
  provider: 'local' | 's3' | 'qiniu'
  key: string
  part_size: number
  parts_done: number[]
  ticket: Record<string, string>
}

const API = '/api/v1/course/'
/** Milliseconds without progress after which a connection counts as lost. */
const STALL_TIMEOUT = 60_000

const csrfToken = () =>
  /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ??
  document.querySelector<HTMLInputElement>('[name=csrfmiddlewaretoken]')?.value ??
  ''

function explainExpiredLogin(error: ApiError): ApiError {
  if (error.status !== 401) return error
  return new ApiError(401, error.code, '登录已过期。请在新窗口重新登录后台，再点重试。')
}

/** Calls an endpoint below `course/`, or at a whole path; a form is sent as such. Raises ApiError and AbortError. */
export async function request<Data>(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Data> {
  const isJson = body && !(body instanceof FormData)
  const headers = { 'X-CSRFToken': csrfToken(), ...(isJson && { 'Content-Type': 'application/json' }) }
  const address = new URL(path, new URL(API, window.location.origin))
  const call = new Request(address, { method, headers, body: isJson ? JSON.stringify(body) : (body as FormData), signal })
  // The server may put together the parts of a video meanwhile.
  const answer = await reach(call, PATIENT_LIMIT)
  const said: unknown = await answer.json().catch((error: unknown) => {
    if (isTimeout(error)) throw tooSlow()
    return null
  })
  if (!answer.ok) throw explainExpiredLogin(refusal(answer, said))
  return (said as { data: Data }).data
}

export const beginUpload = (section: number, { name, size, type }: File, signal: AbortSignal): Promise<UploadSession> =>
  request('POST', 'upload/', { section, filename: name, size, content_type: type }, signal)

export const signPart = async (upload: number, part: number, signal: AbortSignal): Promise<string> => {
  const { urls } = await request<{ urls: Record<number, string> }>('POST', `upload/${upload}/sign/`, { parts: [part] }, signal)
  return urls[part] ?? ''
}

export const completeUpload = (upload: number, signal: AbortSignal): Promise<Media> =>
  request('POST', `upload/${upload}/complete/`, undefined, signal)

export const abortUpload = (upload: number): Promise<void> => request('DELETE', `upload/${upload}/`)

export const fetchMedia = (section: number, signal?: AbortSignal): Promise<Media> =>
  request('GET', `section/${section}/media/`, undefined, signal)

export const retryMedia = (section: number): Promise<Media> => request('POST', `section/${section}/media/retry/`)

/** The URL of a part that is uploaded to our own server. */
export const partUrl = (upload: number, part: number): string => `${API}upload/${upload}/parts/${part}/`

/** PUTs one part; `progress` gets the bytes sent. The CSRF token goes to our own server only. Raises ApiError and AbortError. */
export function putPart(url: string, part: Blob, progress: (sent: number) => void, signal: AbortSignal): Promise<void> {
  const xhr = new XMLHttpRequest()
  return new Promise<void>((resolve, reject) => {
    let watch: ReturnType<typeof setTimeout>
    const resetTimeout = () => {
      clearTimeout(watch)
      watch = setTimeout(() => xhr.abort(), STALL_TIMEOUT)
    }
    const stop = () => xhr.abort()
    xhr.open('PUT', url)
    if (url.startsWith(API)) {
      xhr.setRequestHeader('X-CSRFToken', csrfToken())
      xhr.setRequestHeader('Content-Type', 'application/octet-stream')
    }
    xhr.upload.onprogress = ({ loaded }) => {
      resetTimeout()
      progress(loaded)
    }
    xhr.onerror = () => reject(unreachable())
    xhr.onabort = () => reject(signal.aborted ? aborted() : unreachable())
    xhr.onload = () => {
      const { status, statusText } = xhr
      const answer = new Response(null, { status: Math.max(200, status), statusText })
      if (answer.ok) resolve()
      else reject(explainExpiredLogin(refusal(answer, bodyOf(xhr))))
    }
    xhr.onloadend = () => {
      clearTimeout(watch)
      signal.removeEventListener('abort', stop)
    }
    signal.addEventListener('abort', stop)
    resetTimeout()
    xhr.send(part)
  })
}

function bodyOf({ responseText }: XMLHttpRequest): unknown {
  try {
    return JSON.parse(responseText)
  } catch {
    return null
  }
}
