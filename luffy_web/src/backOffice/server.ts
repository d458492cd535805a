import { ApiError, isAbort, refusal, unreachable } from '@/api/errors'

import { aborted } from './patience'

/** As the school says it; see CourseSection.MediaState. */
export enum MediaState {
  None = 0,
  Uploading = 1,
  Processing = 2,
  Ready = 3,
  Failed = 4,
}

/** How the film of a section is; `progress` of its conversion in percent, `duration` in seconds, `error` a note for people. */
export interface Media {
  state: MediaState
  state_name: string
  progress: number
  error: string
  playable: boolean
  duration: number
}

/** Leave to bring a file up; `part_size` in bytes, `ticket` is what the storage wants to see. */
export interface Ticket {
  id: number
  provider: 'local' | 's3' | 'qiniu'
  key: string
  part_size: number
  parts_done: number[]
  ticket: Record<string, string>
}

const API = '/api/v1/course/'
/** Seconds without a single byte after which a line counts as lost. */
const STALLED_AFTER = 60_000

const csrfToken = () =>
  /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ??
  document.querySelector<HTMLInputElement>('[name=csrfmiddlewaretoken]')?.value ??
  ''

function kinder(fault: ApiError): ApiError {
  if (fault.status !== 401) return fault
  return new ApiError(401, fault.code, '登录已过期。请在新窗口重新登录后台，再点重试。')
}

async function ask<Data>(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Data> {
  const headers = { 'X-CSRFToken': csrfToken(), ...(body && { 'Content-Type': 'application/json' }) }
  const answer = await fetch(API + path, { method, headers, body: body && JSON.stringify(body), signal }).catch(
    (fault: unknown) => {
      throw isAbort(fault) ? fault : unreachable()
    },
  )
  const said: unknown = await answer.json().catch(() => null)
  if (!answer.ok) throw kinder(refusal(answer, said))
  return (said as { data: Data }).data
}

export const beginUpload = (section: number, { name, size, type }: File, signal: AbortSignal): Promise<Ticket> =>
  ask('POST', 'upload/', { section, filename: name, size, content_type: type }, signal)

export const signPart = async (upload: number, part: number, signal: AbortSignal): Promise<string> => {
  const { urls } = await ask<{ urls: Record<number, string> }>('POST', `upload/${upload}/sign/`, { parts: [part] }, signal)
  return urls[part] ?? ''
}

export const completeUpload = (upload: number, signal: AbortSignal): Promise<Media> =>
  ask('POST', `upload/${upload}/complete/`, undefined, signal)

export const abortUpload = (upload: number): Promise<void> => ask('DELETE', `upload/${upload}/`)

export const fetchMedia = (section: number, signal?: AbortSignal): Promise<Media> =>
  ask('GET', `section/${section}/media/`, undefined, signal)

export const retryMedia = (section: number): Promise<Media> => ask('POST', `section/${section}/media/retry/`)

/** Where a part of an upload through our own server goes. */
export const partAddress = (upload: number, part: number) => `${API}upload/${upload}/parts/${part}/`

/** PUTs the bytes of a part; `progress` is told how many have gone. Ours wants the token, a storage must not see it. */
export function putPart(url: string, part: Blob, progress: (sent: number) => void, signal: AbortSignal): Promise<void> {
  const request = new XMLHttpRequest()
  return new Promise<void>((resolve, reject) => {
    let watch: ReturnType<typeof setTimeout>
    const stillThere = () => {
      clearTimeout(watch)
      watch = setTimeout(() => request.abort(), STALLED_AFTER)
    }
    const stop = () => request.abort()
    request.open('PUT', url)
    if (url.startsWith(API)) {
      request.setRequestHeader('X-CSRFToken', csrfToken())
      request.setRequestHeader('Content-Type', 'application/octet-stream')
    }
    request.upload.onprogress = ({ loaded }) => {
      stillThere()
      progress(loaded)
    }
    request.onerror = () => reject(unreachable())
    request.onabort = () => reject(signal.aborted ? aborted() : unreachable())
    request.onload = () => {
      const { status, statusText } = request
      const answer = new Response(null, { status: Math.max(200, status), statusText })
      if (answer.ok) resolve()
      else reject(kinder(refusal(answer, bodyOf(request))))
    }
    request.onloadend = () => {
      clearTimeout(watch)
      signal.removeEventListener('abort', stop)
    }
    signal.addEventListener('abort', stop)
    stillThere()
    request.send(part)
  })
}

function bodyOf({ responseText }: XMLHttpRequest): unknown {
  try {
    return JSON.parse(responseText)
  } catch {
    return null
  }
}
