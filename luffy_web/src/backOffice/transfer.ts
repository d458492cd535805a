import { reactive } from 'vue'

import { ApiError, isAbort } from '@/api/errors'

import { objection } from './fileCheck'
import { patiently } from './patience'
import { createQueue } from './queue'
import { send } from './senders'
import { abortUpload, beginUpload, completeUpload, fetchMedia, MediaState, retryMedia, type Media } from './server'
import { createSpeed } from './speed'

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
    phase: 'looking' as Phase,
    filename: '',
    size: 0,
    sent: 0,
    /** Bytes per second. */
    speed: 0,
    /** Of the conversion, in percent. */
    progress: 0,
    /** Why it failed or waits, in words for people. */
    message: '',
    /** Students have something to watch, whatever becomes of the file that was chosen last. */
    playable: false,
    /** What did not succeed can be tried again as it is. */
    retriable: false,
  })
  const speed = createSpeed()
  let file: File | null = null
  let upload: number | null = null
  /** What "try again" does: sending, converting or looking. */
  let again: (() => Promise<void>) | null = null
  let looked = Promise.resolve()
  let current = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  function fail(message: string, retry: typeof again) {
    again = retry
    Object.assign(state, { phase: 'failed', message, retriable: retry !== null, speed: 0 })
  }

  function show(media: Media) {
    const phase = PHASES[media.state]
    state.playable = media.playable
    if (phase === 'failed') return fail(media.error || '视频处理没有成功。', convert)
    const message = phase === 'ready' ? media.error : ''
    Object.assign(state, { phase, progress: media.progress, message, speed: 0 })
    if (phase === 'ready') arrived(media)
    if (phase === 'processing') timer = setTimeout(() => void ask(), LOOK_EVERY)
  }

  /** What the school says of the film is shown, and followed while it is converted. */
  async function ask(): Promise<void> {
    const { signal } = current
    const waiting = (fault: ApiError | null) => (state.message = fault ? '网络不稳，恢复后会自动查看。' : '')
    try {
      const media = await looking(() => patiently(() => fetchMedia(section, signal), { signal, waiting }))
      if (!signal.aborted) show(media)
    } catch (fault) {
      if (signal.aborted) return
      if (!(fault instanceof ApiError)) throw fault
      again = look
      Object.assign(state, { phase: 'unknown', message: fault.msg, retriable: true })
    }
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
      waiting(fault) {
        if (fault) speed.reset()
        Object.assign(state, fault ? { message: '网络不稳，恢复后会自动接着传。', speed: 0 } : { message: '' })
      },
    })
    Object.assign(state, { phase: 'checking', sent: film.size, speed: 0, message: '' })
    return completeUpload(ticket.id, signal)
  }

  async function run(): Promise<void> {
    if (!file) return
    const film = file
    const signal = restart()
    Object.assign(state, { phase: 'queued', message: '', speed: 0 })
    try {
      const media = await queued(async () => (signal.aborted ? null : await bring(film, signal)))
      if (!media || signal.aborted) return
      upload = null
      show(media)
    } catch (fault) {
      if (isAbort(fault) || signal.aborted) return
      restart()
      if (!(fault instanceof ApiError)) throw fault
      fail(fault.msg, run)
    }
  }

  /** A file was chosen; one that cannot be a film is refused before a byte is sent. */
  function choose(chosen: File): Promise<void> {
    const against = objection(chosen, maxBytes)
    Object.assign(state, { filename: chosen.name, size: chosen.size, sent: 0, progress: 0 })
    file = against ? null : chosen
    if (against) {
      restart()
      fail(against, null)
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
    const signal = restart()
    const begun = upload
    file = null
    upload = null
    Object.assign(state, { phase: 'looking', filename: '', sent: 0, speed: 0, message: '' })
    // What cannot be told now is swept by the school when its time is over.
    if (begun !== null) await abortUpload(begun).catch(() => undefined)
    if (!signal.aborted) await look()
  }

  /** Asks the school how the film is, as when the page is opened. */
  function look(): Promise<void> {
    restart()
    Object.assign(state, { phase: 'looking', message: '' })
    return (looked = ask())
  }

  async function convert(): Promise<void> {
    restart()
    try {
      show(await retryMedia(section))
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault
      fail(fault.msg, convert)
    }
  }

  return {
    state,
    choose,
    pause,
    resume: run,
    cancel,
    look,
    /** Settles when the school has said how the film is, or will not say it. */
    known: () => looked,
    retry: () => again?.(),
    /** Whether leaving the page would interrupt it. */
    isBusy: () => ['queued', 'sending', 'checking'].includes(state.phase),
    destroy: () => void restart(),
  }
}

export type Transfer = ReturnType<typeof createTransfer>
