import { ApiError, unreachable } from '@/api/errors'

import { aborted, patiently } from './patience'
import { partAddress, putPart, signPart, type Ticket } from './server'

export interface Sending {
  file: File
  ticket: Ticket
  signal: AbortSignal
  /** Told how many bytes of the file are up. */
  progress: (sent: number) => void
  /** Told when the line is lost, and when it is back. */
  waiting: (fault: ApiError | null) => void
}

/** Parts of one file that are on their way at the same time. */
const AT_ONCE = 2

type PutPart = (part: number, data: Blob, progress: (sent: number) => void) => Promise<void>

/** Brings up every part that has not arrived yet. */
async function sendParts({ file, ticket, signal, progress, waiting }: Sending, put: PutPart): Promise<void> {
  const count = Math.ceil(file.size / ticket.part_size)
  const dataOf = (part: number) => file.slice((part - 1) * ticket.part_size, part * ticket.part_size)
  const sent = new Map(ticket.parts_done.map((part) => [part, dataOf(part).size]))
  const todo = Array.from({ length: count }, (_, at) => at + 1).filter((part) => !sent.has(part))
  const report = (part: number, bytes: number) => {
    sent.set(part, bytes)
    progress([...sent.values()].reduce((sum, each) => sum + each, 0))
  }

  async function work(): Promise<void> {
    for (let part = todo.shift(); part !== undefined; part = todo.shift()) {
      const mine = part
      const data = dataOf(mine)
      await patiently(
        () => {
          report(mine, 0)
          return put(mine, data, (bytes) => report(mine, bytes))
        },
        { signal, waiting },
      )
      report(mine, data.size)
    }
  }

  if (sent.size > 0) report(ticket.parts_done[0] ?? 1, dataOf(ticket.parts_done[0] ?? 1).size)
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

const throughTheSchool = (sending: Sending) =>
  sendParts(sending, (part, data, progress) =>
    putPart(partAddress(sending.ticket.id, part), data, progress, sending.signal),
  )

/** Each part's address is asked for when its turn comes, so that none dies in the queue. */
const toS3 = (sending: Sending) =>
  sendParts(sending, async (part, data, progress) => {
    const url = await signPart(sending.ticket.id, part, sending.signal)
    await putPart(url, data, progress, sending.signal).catch((fault: unknown) => {
      // A storage says 403 to an address that has died on the way; a fresh one may pass.
      throw fault instanceof ApiError && fault.status === 403 ? unreachable() : fault
    })
  })

const MEGABYTE = 1024 * 1024

/** One run of Qiniu's own client; it remembers in the browser which parts have arrived. */
async function runQiniu({ file, ticket, signal, progress }: Sending): Promise<void> {
  const { upload } = await import('qiniu-js')
  const { token = '', up_host = '' } = ticket.ticket
  const { host, protocol } = new URL(up_host)
  const upprotocol = protocol === 'http:' ? 'http:' : 'https:'
  const chunkSize = Math.max(1, Math.floor(ticket.part_size / MEGABYTE))
  const task = upload(file, ticket.key, token, { fname: file.name }, {
    uphost: host,
    upprotocol,
    chunkSize,
    concurrentRequestLimit: AT_ONCE,
    disableStatisticsReport: true,
  })
  await new Promise<void>((resolve, reject) => {
    const subscription = task.subscribe({
      next: ({ total }) => progress(Math.min(file.size, total.loaded)),
      error: (fault) => reject(qiniuFault(fault)),
      complete: () => resolve(),
    })
    signal.addEventListener('abort', () => {
      subscription.unsubscribe()
      reject(aborted())
    })
  })
}

/** Qiniu's numbers: 401 a token that has died, 413 too large, 403 a kind of file that is not taken. */
const QINIU_SAYS: Record<number, string> = {
  401: '上传凭证已过期，请点继续。',
  403: '存储拒绝了这个文件，请确认它是 MP4 或 FLV 视频。',
  413: '文件超过了存储允许的大小。',
  579: '文件已上传，但学堂没有确认，请点继续。',
}

function qiniuFault(fault: unknown): Error {
  const { code, message } = fault as { code?: unknown; message?: string }
  if (typeof code !== 'number' || code === 0) return unreachable()
  return new ApiError(code, 0, QINIU_SAYS[code] ?? `上传没有成功（${message || code}）。`)
}

const toQiniu = (sending: Sending) => patiently(() => runQiniu(sending), sending)

/** Brings a file to where its ticket says. Raises ApiError and AbortError. */
export const send = (sending: Sending): Promise<void> =>
  ({ local: throughTheSchool, s3: toS3, qiniu: toQiniu })[sending.ticket.provider](sending)
