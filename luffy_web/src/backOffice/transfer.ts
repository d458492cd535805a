import { reactive } from 'vue'

import { ApiError, isAbort } from '@/api/errors'

import { objection } from './fileCheck'
import { createQueue } from './queue'
import { send } from './senders'
import { abortUpload, beginUpload, completeUpload, fetchMedia, MediaState, retryMedia, type Media } from './server'
import { createSpeed } from './speed'

export type Phase =
  | 'idle'
  | 'unfinished'
  | 'queued'
  | 'sending'
  | 'paused'
  | 'checking'
  | 'processing'
  | 'ready'
  | 'failed'

const FILES_AT_ONCE = 2
const LOOK_EVERY = 2000

const queued = createQueue(FILES_AT_ONCE)
/** Rows that ask how they are when the page opens must not hold up an upload. */
const looking = createQueue(3)

const PHASES: Record<MediaState, Phase> = {
  [MediaState.None]: 'idle',
  [MediaState.Uploading]: 'unfinished',
  [MediaState.Processing]: 'processing',
  [MediaState.Ready]: 'ready',
  [MediaState.Failed]: 'failed',
}

/** The film of one section on its way: chosen, sent, converted, playable. */
export function createTransfer(section: number, maxBytes: number, arrived: (media: Media) => void = () => undefined) {
  const state = reactive({
    phase: 'idle' as Phase,
    filename: '',
    size: 0,
    sent: 0,
    /** Bytes per second. */
    speed: 0,
    /** Of the conversion, in percent. */
    progress: 0,
    /** Why it failed or waits, in words for people. */
    message: '',
    /** What failed is the conversion, which can be tried again without the file. */
    convertible: false,
  })
  const speed = createSpeed()
  let file: File | null = null
  let upload: number | null = null
  let current = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  function fail(message: string, convertible = false) {
    Object.assign(state, { phase: 'failed', message, convertible, speed: 0 })
  }

  function show(media: Media) {
    const phase = PHASES[media.state]
    if (phase === 'failed') return fail(media.error || '视频处理没有成功。', true)
    Object.assign(state, { phase, progress: media.progress, message: '', speed: 0 })
    if (phase === 'ready') arrived(media)
    if (phase === 'processing') watch()
  }

  function watch() {
    const { signal } = current
    clearTimeout(timer)
    timer = setTimeout(() => {
      fetchMedia(section, signal).then(
        (media) => !signal.aborted && show(media),
        (fault: unknown) => {
          if (signal.aborted) return
          if (fault instanceof ApiError && [401, 403, 404].includes(fault.status)) fail(fault.msg, true)
          else watch()
        },
      )
    }, LOOK_EVERY)
  }

  function restart(): AbortSignal {
    current.abort()
    clearTimeout(timer)
    current = new AbortController()
    return current.signal
  }

  async function bring(film: File, signal: AbortSignal): Promise<Media> {
    state.phase = 'sending'
    const ticket = await beginUpload(section, film, signal)
    upload = ticket.id
    speed.reset()
    await send({
      file: film,
      ticket,
      signal,
      progress: (sent) => Object.assign(state, { sent, speed: speed.add(sent) }),
      waiting: (fault) => (state.message = fault ? '网络不稳，恢复后会自动接着传。' : ''),
    })
    Object.assign(state, { phase: 'checking', sent: film.size, speed: 0, message: '' })
    return completeUpload(ticket.id, signal)
  }

  async function run(): Promise<void> {
    if (!file) return
    const film = file
    const signal = restart()
    Object.assign(state, { phase: 'queued', message: '', convertible: false, speed: 0 })
    try {
      const media = await queued(async () => (signal.aborted ? null : await bring(film, signal)))
      if (!media || signal.aborted) return
      upload = null
      show(media)
    } catch (fault) {
      if (isAbort(fault) || signal.aborted) return
      restart()
      if (!(fault instanceof ApiError)) throw fault
      fail(fault.msg)
    }
  }

  /** A file was chosen; one that cannot be a film is refused before a byte is sent. */
  function choose(chosen: File): Promise<void> {
    const against = objection(chosen, maxBytes)
    Object.assign(state, { filename: chosen.name, size: chosen.size, sent: 0, progress: 0 })
    file = against ? null : chosen
    if (against) {
      restart()
      fail(against)
      return Promise.resolve()
    }
    return run()
  }

  function pause() {
    restart()
    Object.assign(state, { phase: 'paused', speed: 0, message: '' })
  }

  /** Nothing is left behind: what has arrived is thrown away. */
  async function cancel(): Promise<void> {
    restart()
    const begun = upload
    file = null
    upload = null
    Object.assign(state, { phase: 'idle', filename: '', sent: 0, speed: 0, message: '' })
    // What cannot be told now is swept by the school when its time is over.
    if (begun !== null) await abortUpload(begun).catch(() => undefined)
    await look()
  }

  /** Asks the school how the film is, as when the page is opened. */
  async function look(): Promise<void> {
    const { signal } = current
    const media = await looking(() => fetchMedia(section, signal)).catch(() => null)
    if (media && !signal.aborted && !file) show(media)
  }

  async function retry(): Promise<void> {
    if (!state.convertible) return run()
    restart()
    try {
      show(await retryMedia(section))
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault
      fail(fault.msg, true)
    }
  }

  return {
    state,
    choose,
    pause,
    resume: run,
    cancel,
    look,
    retry,
    /** Whether leaving the page would interrupt it. */
    isBusy: () => ['queued', 'sending', 'checking'].includes(state.phase),
    canRetry: () => state.convertible || file !== null,
    destroy: () => void restart(),
  }
}

export type Transfer = ReturnType<typeof createTransfer>
