import { ApiError, unreachable } from '@/api/errors'

import { aborted, withRetry } from './retry'
import { partUrl, putPart, signPart, type UploadSession } from './server'

export interface UploadTask {
  file: File
  session: UploadSession
  signal: AbortSignal
  /** Called with the number of bytes sent. */
  progress: (sent: number) => void
  /** Called with the error when the connection is lost, and with null when it is back. */
  waiting: (error: ApiError | null) => void
}

const CONCURRENT_PARTS = 2

type PutPart = (part: number, data: Blob, progress: (sent: number) => void) => Promise<void>

/** Sends the parts that the server does not have yet. */
async function sendParts({ file, session, signal, progress, waiting }: UploadTask, put: PutPart): Promise<void> {
  const count = Math.ceil(file.size / session.part_size)
  const dataOf = (part: number) => file.slice((part - 1) * session.part_size, part * session.part_size)
  const sent = new Map(session.parts_done.map((part) => [part, dataOf(part).size]))
  const missing = Array.from({ length: count }, (_, at) => at + 1).filter((part) => !sent.has(part))
  const report = (part: number, bytes: number) => {
    sent.set(part, bytes)
    progress([...sent.values()].reduce((sum, each) => sum + each, 0))
  }

  async function sendNext(): Promise<void> {
    for (let part = missing.shift(); part !== undefined; part = missing.shift()) {
      const mine = part
      const data = dataOf(mine)
      await withRetry(
        () => {
          report(mine, 0)
          return put(mine, data, (bytes) => report(mine, bytes))
        },
        { signal, waiting },
      )
      report(mine, data.size)
    }
  }

  if (sent.size > 0) report(session.parts_done[0] ?? 1, dataOf(session.parts_done[0] ?? 1).size)
  await Promise.all(Array.from({ length: CONCURRENT_PARTS }, sendNext))
}

const toServer = (task: UploadTask) =>
  sendParts(task, (part, data, progress) =>
    putPart(partUrl(task.session.id, part), data, progress, task.signal),
  )

/** Each part's signed URL is requested just before the part is sent, so that it does not expire in the queue. */
const toS3 = (task: UploadTask) =>
  sendParts(task, async (part, data, progress) => {
    const url = await signPart(task.session.id, part, task.signal)
    await putPart(url, data, progress, task.signal).catch((error: unknown) => {
      // S3 answers 403 to an expired URL: retry with a fresh one.
      throw error instanceof ApiError && error.status === 403 ? unreachable() : error
    })
  })

const MEGABYTE = 1024 * 1024

/** One attempt with Qiniu's client, which stores the arrived parts in the browser. */
async function runQiniu({ file, session, signal, progress }: UploadTask): Promise<void> {
  const { upload: uploadToQiniu } = await import('qiniu-js')
  // The key in the upload token may differ from the server's own name of the file.
  const { token = '', up_host = '', key = session.key } = session.ticket
  const { host, protocol } = new URL(up_host)
  const upprotocol = protocol === 'http:' ? 'http:' : 'https:'
  const chunkSize = Math.max(1, Math.floor(session.part_size / MEGABYTE))
  const task = uploadToQiniu(file, key, token, { fname: file.name }, {
    uphost: host,
    upprotocol,
    chunkSize,
    concurrentRequestLimit: CONCURRENT_PARTS,
    disableStatisticsReport: true,
  })
  await new Promise<void>((resolve, reject) => {
    const subscription = task.subscribe({
      next: ({ total }) => progress(Math.min(file.size, total.loaded)),
      error: (error) => (hasArrived(error) ? resolve() : reject(qiniuError(error))),
      complete: () => resolve(),
    })
    signal.addEventListener('abort', () => {
      subscription.unsubscribe()
      reject(aborted())
    })
  })
}

/** Qiniu's codes: 401 expired token, 403 content type not allowed, 413 too large. */
const QINIU_MESSAGES: Record<number, string> = {
  401: '上传凭证已过期，请点重试。',
  403: '存储拒绝了这个文件，请确认它是支持的视频格式。',
  413: '文件超过了存储允许的大小。',
}

/** The file is stored: its callback failed (579), or it existed before (614). The server checks it by `stat`. */
const hasArrived = (error: unknown) => [579, 614].includes((error as { code?: number }).code ?? 0)

function qiniuError(error: unknown): Error {
  const { code, message } = error as { code?: unknown; message?: string }
  if (typeof code !== 'number' || code === 0) return unreachable()
  return new ApiError(code, 0, QINIU_MESSAGES[code] ?? `上传没有成功（${message || code}）。`)
}

const toQiniu = (task: UploadTask) => withRetry(() => runQiniu(task), task)

/** Uploads a file by the method of its upload session. Raises ApiError and AbortError. */
export const upload = (task: UploadTask): Promise<void> =>
  ({ local: toServer, s3: toS3, qiniu: toQiniu })[task.session.provider](task)
