import { levelFor, levelsOf } from '@/player/hlsLevels'

import { download } from './download'
import { behindHole, bufferedEnd, MediaBuffers } from './mediaBuffers'
import { endOf, indexAt, segmentsOf, type Segment } from './mediaPlaylist'
import { createTransmuxer, type Transmuxer } from './transmuxer'

/** Seconds ahead of the picture. What a player has taken plays on after a refund, so there are not more. */
const GOAL = 30
/** Seconds ahead below which a failure is no longer kept back. */
const LAST_SECONDS = 1
/** Seconds after which another quality begins: its first segment takes time to come. */
const SWITCH_AHEAD = 2
/** Seconds that a segment may be shorter than its playlist says. */
const SLACK = 0.3
/** Seconds; a jump ends this far behind the hole. */
const MAX_HOLE = 3
const HOLE_MARGIN = 0.05
/** Milliseconds. */
const CHECK_INTERVAL = 500
const STANDSTILL = 4000
/** Weight of the newest segment in the average speed. */
const NEWEST = 0.4

/** One quality of a video, and how far it was taken. */
interface Rendition {
  segments: Segment[]
  transmuxer: Transmuxer
  next: number
  /** Whether the last segment that was taken is the one before `next`. */
  follows: boolean
}

const lastSecond = (segments: Segment[]) => endOf(segments.at(-1) as Segment)

/** Those of a media playlist, or of the middle level of a master playlist; never none. */
async function fetchSegments(url: string, signal: AbortSignal): Promise<Segment[]> {
  const { text, base } = await download(url, async (response) => ({ text: await response.text(), base: response.url || url }), signal)
  const level = levelFor(levelsOf(text, base), 0, 0)
  if (level) return fetchSegments(level.url, signal)
  const segments = segmentsOf(text, base)
  if (segments.length === 0) throw new Error('a playlist without segments')
  return segments
}

/**
 * Plays an HLS video on demand in segments of MPEG-TS, as our servers make it, through Media Source
 * Extensions. `failed` is called once what could be taken has been shown.
 */
export class HlsStream {
  /** Bits per second; 0 before the first segment. */
  speed = 0
  private loading = new AbortController()
  private fetching = new AbortController()
  private wake: (() => void) | undefined
  private rendition: Rendition | undefined
  private wanted = ''
  private start = 0
  private standsSince: number | undefined

  constructor(
    private readonly media: HTMLMediaElement,
    private readonly failed: (cause: unknown) => void,
  ) {}

  /** Seconds that can be shown without loading more. */
  ahead(): number {
    return bufferedEnd(this.media, this.position()) - this.position()
  }

  /** Plays another video, or a fresh link to the same one, from this second. */
  load(url: string, start: number): void {
    this.stop()
    this.loading = new AbortController()
    this.rendition = undefined
    this.start = start
    this.wanted = url
    const { signal } = this.loading
    this.media.addEventListener('loadedmetadata', () => this.seekToStart(), { once: true, signal })
    this.media.addEventListener('seeking', () => this.follow(), { signal })
    this.run(url, signal).catch((cause: unknown) => {
      if (signal.aborted) return
      this.stop()
      if (this.media.readyState) this.media.pause()
      this.failed(cause)
    })
  }

  /** Goes on with another quality of the same video, which is loaded in the place of what is buffered. */
  switchTo(url: string): void {
    this.wanted = url
    this.interrupt()
  }

  stop(): void {
    this.loading.abort()
    this.interrupt()
  }

  private interrupt() {
    this.fetching.abort()
    this.wake?.()
  }

  private position(): number {
    return this.media.readyState && !this.start ? this.media.currentTime : this.start
  }

  private seekToStart() {
    const { start } = this
    this.start = 0
    // The viewer may have moved while it was loaded.
    if (start > 0 && this.media.currentTime === 0) this.media.currentTime = start
  }

  /** The viewer has moved. */
  private follow() {
    const { rendition } = this
    if (!rendition) return
    const { segments, next, follows } = rendition
    const [at, end] = [this.position(), bufferedEnd(this.media, this.position())]
    // What was taken last is there, or about to be.
    if (follows && indexAt(segments, at) === next - 1) return
    const wanted = end > at && end + SLACK >= lastSecond(segments) ? segments.length : indexAt(segments, end > at ? end + SLACK : at)
    if (wanted === next) return
    rendition.next = wanted
    rendition.follows = false
    this.interrupt()
  }

  private async run(first: string, signal: AbortSignal): Promise<void> {
    let url = first
    let rendition = await this.open(first, signal)
    const buffers = new MediaBuffers(this.media)
    await buffers.open(lastSecond(rendition.segments))
    while (!signal.aborted) {
      if (this.wanted !== url) {
        const wanted = this.wanted
        const segments = await this.patiently((fetching) => fetchSegments(wanted, fetching), signal)
        if (!segments) continue
        url = wanted
        rendition = this.replace(segments)
      }
      await this.step(rendition, buffers, signal)
    }
  }

  private async open(url: string, signal: AbortSignal): Promise<Rendition> {
    const segments = await fetchSegments(url, signal)
    return this.begin(segments, indexAt(segments, this.position()))
  }

  private begin(segments: Segment[], next: number): Rendition {
    this.rendition = { segments, transmuxer: createTransmuxer(), next, follows: false }
    return this.rendition
  }

  /**
   * Begins with another quality behind the segment that is shown soon, if that one is there. What is
   * buffered of the old one stays until it is overwritten: a decoder that has read ahead loses its place
   * when something is removed there.
   */
  private replace(segments: Segment[]): Rendition {
    const soon = indexAt(segments, this.position() + SWITCH_AHEAD)
    const isThere = bufferedEnd(this.media, this.position()) + SLACK >= endOf(segments[soon] as Segment)
    return this.begin(segments, isThere ? soon + 1 : soon)
  }

  /** Takes the next segment, or waits until it is wanted. */
  private async step(rendition: Rendition, buffers: MediaBuffers, signal: AbortSignal) {
    const segment = rendition.segments[rendition.next]
    this.skipHole(rendition)
    this.nudge()
    if (!segment) buffers.end()
    if (!segment || segment.start >= this.position() + GOAL) return this.pause(signal)
    const data = await this.patiently((fetching) => this.take(segment, fetching), signal)
    // The viewer may have moved meanwhile.
    if (!data || segment !== rendition.segments[rendition.next]) return
    const tracks = rendition.transmuxer.transmux(segment, data, rendition.follows)
    rendition.next += 1
    rendition.follows = true
    await buffers.append(tracks, () => this.position(), signal)
  }

  /** What was fetched; nothing if it is no longer wanted. Rejects when there is nothing left to show. */
  private async patiently<Found>(fetch: (signal: AbortSignal) => Promise<Found>, signal: AbortSignal): Promise<Found | undefined> {
    this.fetching = new AbortController()
    const fetching = this.fetching.signal
    try {
      return await fetch(fetching)
    } catch (cause) {
      while (!fetching.aborted && this.ahead() > LAST_SECONDS) await this.pause(signal)
      if (fetching.aborted) return undefined
      throw cause
    }
  }

  private async take({ url }: Segment, signal: AbortSignal): Promise<Uint8Array> {
    const began = performance.now()
    const data = new Uint8Array(await download(url, (response) => response.arrayBuffer(), signal))
    const speed = (8000 * data.length) / Math.max(1, performance.now() - began)
    this.speed = this.speed ? (1 - NEWEST) * this.speed + NEWEST * speed : speed
    return data
  }

  /** Browsers stand still at holes, such as those between segments whose sound is shorter than their picture. */
  private skipHole({ segments, next }: Rendition) {
    const second = this.position()
    const isTaken = indexAt(segments, second) < next
    if (!isTaken || this.media.readyState > 2 || bufferedEnd(this.media, second) > second) return
    const behind = behindHole(this.media, second, MAX_HOLE)
    if (behind !== undefined) this.media.currentTime = behind + HOLE_MARGIN
  }

  /** Some decoders stand still in the middle of what is there; a step wakes them. */
  private nudge() {
    const { media } = this
    const stands = !media.paused && !media.seeking && media.readyState <= 2 && this.ahead() > LAST_SECONDS
    if (!stands) this.standsSince = undefined
    else if (this.standsSince === undefined) this.standsSince = performance.now()
    else if (performance.now() - this.standsSince > STANDSTILL) {
      this.standsSince = undefined
      media.currentTime += HOLE_MARGIN
    }
  }

  /** For a while, or until something is to be done. */
  private async pause(signal: AbortSignal) {
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CHECK_INTERVAL)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
