import { reactive } from 'vue'

import { ApiError, isAbort } from '@/api/errors'

import { objection, type FileRules } from './fileCheck'
import { createQueue } from './queue'
import { withRetry } from './retry'
import { abortUpload, beginUpload, completeUpload, fetchMedia, MediaState, retryMedia, type Media } from './server'
import { createSpeed } from './speed'
import { upload } from './uploaders'

export type Phase =
  | 'looking'
  | 'unknown'
  | 'idle'
  | 'unfinished'
  | 'queued'
  | 'sending'
  | 'paused'
  | 'checking'
  | 'processing'
  | 'ready'
  | 'failed'

export interface UploadState {
  phase: Phase
  filename: string
  /** Bytes. */
  size: number
  sent: number
  /** Bytes per second. */
  speed: number
  /** Of the transcoding, in percent. */
  progress: number
  /** Why it failed or waits, for the user. */
  message: string
  /** Students can watch a video, whatever happens to the file chosen last. */
  playable: boolean
  /** `retry` can repeat what failed. */
  retriable: boolean
}

const CONCURRENT_UPLOADS = 2
const CONCURRENT_QUERIES = 3
/** Milliseconds. */
const POLL_INTERVAL = 2000

const uploadQueue = createQueue(CONCURRENT_UPLOADS)
/** A queue of its own, so that the queries of a page that opens do not delay an upload. */
const queryQueue = createQueue(CONCURRENT_QUERIES)

const PHASES: Record<MediaState, Phase> = {
  [MediaState.None]: 'idle',
  [MediaState.Uploading]: 'unfinished',
  [MediaState.Processing]: 'processing',
  [MediaState.Ready]: 'ready',
  [MediaState.Failed]: 'failed',
}

const INTERRUPTIBLE: Phase[] = ['queued', 'sending', 'checking']

/** The state machine of one section's video: chosen, uploaded, transcoded, playable. */
export class UploadMachine {
  readonly state = reactive<UploadState>({
    phase: 'looking',
    filename: '',
    size: 0,
    sent: 0,
    speed: 0,
    progress: 0,
    message: '',
    playable: false,
    retriable: false,
  })

  private readonly speed = createSpeed()
  private file: File | null = null
  private uploadId: number | null = null
  private retryAction: (() => Promise<void>) | null = null
  private query = Promise.resolve()
  private running = new AbortController()
  private timer: ReturnType<typeof setTimeout> | undefined

  /**
   * `ready` is called when the video of the section has become playable. With `handOver` the machine does not
   * follow the transcoding: once the server has the file, this is called with what is known, and nothing is asked.
   */
  constructor(
    private readonly section: number,
    private readonly rules: FileRules,
    private readonly ready: (media: Media) => void = () => undefined,
    private readonly handOver?: (media: Media) => void,
  ) {}

  /** Leaving the page would interrupt the upload. */
  get isBusy(): boolean {
    return INTERRUPTIBLE.includes(this.state.phase)
  }

  /** Checks the chosen file and uploads it. */
  async choose(chosen: File): Promise<void> {
    const refusal = objection(chosen, this.rules)
    Object.assign(this.state, { filename: chosen.name, size: chosen.size, sent: 0, progress: 0 })
    this.file = refusal ? null : chosen
    if (!refusal) return this.resume()
    this.restart()
    this.fail(refusal, null)
  }

  pause(): void {
    this.restart()
    Object.assign(this.state, { phase: 'paused', speed: 0, message: '' })
  }

  /** Uploads the chosen file; parts that have arrived are not sent again. */
  async resume(): Promise<void> {
    const { file } = this
    if (!file) return
    const signal = this.restart()
    Object.assign(this.state, { phase: 'queued', message: '', speed: 0 })
    try {
      const media = await uploadQueue(async () => (signal.aborted ? null : await this.send(file, signal)))
      if (!media || signal.aborted) return
      this.uploadId = null
      this.show(media)
    } catch (error) {
      if (isAbort(error) || signal.aborted) return
      this.restart()
      if (!(error instanceof ApiError)) throw error
      this.fail(error.msg, () => this.resume())
    }
  }

  /** Gives the upload up and deletes its parts on the server. */
  async cancel(): Promise<void> {
    const signal = this.restart()
    const id = this.uploadId
    this.file = null
    this.uploadId = null
    Object.assign(this.state, { phase: 'looking', filename: '', sent: 0, speed: 0, message: '' })
    // If this request fails, the server's cleanup deletes the parts later.
    if (id !== null) await abortUpload(id).catch(() => undefined)
    if (!signal.aborted) await this.look()
  }

  /** Queries the state of the section's video. */
  look(): Promise<void> {
    this.restart()
    Object.assign(this.state, { phase: 'looking', message: '' })
    return (this.query = this.fetchState())
  }

  /** Settles when the last `look` has been answered or has failed. */
  known(): Promise<void> {
    return this.query
  }

  async retry(): Promise<void> {
    await this.retryAction?.()
  }

  destroy(): void {
    this.restart()
  }

  /** Stops whatever is running; returns the signal of what starts now. */
  private restart(): AbortSignal {
    this.running.abort()
    clearTimeout(this.timer)
    this.running = new AbortController()
    return this.running.signal
  }

  private fail(message: string, retryAction: (() => Promise<void>) | null) {
    this.retryAction = retryAction
    Object.assign(this.state, { phase: 'failed', message, retriable: retryAction !== null, speed: 0 })
  }

  private show(media: Media) {
    if (this.handOver) {
      this.handOver(media)
      return
    }
    const phase = PHASES[media.state]
    this.state.playable = media.playable
    if (phase === 'failed') {
      this.fail(media.error || '视频处理没有成功。', () => this.transcodeAgain())
      return
    }
    const message = phase === 'ready' ? media.error : ''
    Object.assign(this.state, { phase, progress: media.progress, message, speed: 0 })
    if (phase === 'ready') this.ready(media)
    if (phase === 'processing') this.timer = setTimeout(() => void this.fetchState(), POLL_INTERVAL)
  }

  private async fetchState(): Promise<void> {
    const { signal } = this.running
    const waiting = (error: ApiError | null) => (this.state.message = error ? '网络不稳，恢复后会自动查看。' : '')
    try {
      const media = await queryQueue(() => withRetry(() => fetchMedia(this.section, signal), { signal, waiting }))
      if (!signal.aborted) this.show(media)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      this.retryAction = () => this.look()
      Object.assign(this.state, { phase: 'unknown', message: error.msg, retriable: true })
    }
  }

  private async send(file: File, signal: AbortSignal): Promise<Media> {
    this.state.phase = 'sending'
    const session = await beginUpload(this.section, file, signal)
    this.uploadId = session.id
    this.speed.reset()
    await upload({
      file,
      session,
      signal,
      progress: (sent) => Object.assign(this.state, { sent, speed: this.speed.add(sent) }),
      waiting: (error) => {
        if (error) this.speed.reset()
        Object.assign(this.state, error ? { message: '网络不稳，恢复后会自动接着传。', speed: 0 } : { message: '' })
      },
    })
    Object.assign(this.state, { phase: 'checking', sent: file.size, speed: 0, message: '' })
    return completeUpload(session.id, signal)
  }

  private async transcodeAgain(): Promise<void> {
    this.restart()
    try {
      this.show(await retryMedia(this.section))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.fail(error.msg, () => this.transcodeAgain())
    }
  }
}
