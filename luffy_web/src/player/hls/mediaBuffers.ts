import { sleep } from './download'
import type { Track } from './transmuxer'

/** Seconds that stay in memory behind the picture. */
const KEEP_BEHIND = 30
/** The same when there is no room left. */
const KEEP_LEAST = 5
/** Milliseconds. */
const FULL_DELAY = 1000
/** Browsers take a hole of a few frames for none. */
const TOLERANCE = 0.1

const isFull = (cause: unknown) => cause instanceof DOMException && cause.name === 'QuotaExceededError'

const next = (target: EventTarget, event: string) =>
  new Promise<void>((resolve) => target.addEventListener(event, () => resolve(), { once: true }))

/** The end of what is buffered around a second; the second itself where nothing is. */
export function bufferedEnd({ buffered }: HTMLMediaElement, second: number): number {
  for (let range = 0; range < buffered.length; range += 1) {
    if (buffered.start(range) - TOLERANCE <= second && second < buffered.end(range)) return buffered.end(range)
  }
  return second
}

/** Where the picture goes on behind a hole of at most `longest` seconds at this second; nothing without one. */
export function behindHole({ buffered }: HTMLMediaElement, second: number, longest: number): number | undefined {
  for (let range = 0; range < buffered.length; range += 1) {
    const start = buffered.start(range)
    if (buffered.end(range) > second) return start > second && start - second <= longest ? start : undefined
  }
  return undefined
}

/** The MediaSource of one video. Each call waits for the one before; the caller sees to that. */
export class MediaBuffers {
  private readonly source = new MediaSource()
  private readonly buffers = new Map<Track['kind'], { buffer: SourceBuffer; type: string }>()

  constructor(private readonly media: HTMLMediaElement) {}

  /** Gives the media element this source instead of its last one; `duration` in seconds. */
  async open(duration: number): Promise<void> {
    const url = URL.createObjectURL(this.source)
    const opened = next(this.source, 'sourceopen')
    this.media.src = url
    await opened
    URL.revokeObjectURL(url)
    this.source.duration = duration
  }

  async append(tracks: Track[], position: () => number, signal: AbortSignal): Promise<void> {
    this.prepare(tracks)
    for (const track of tracks) await this.appendTrack(track, position, signal)
    await this.removeBefore(position() - KEEP_BEHIND)
  }

  /** Nothing follows, so the video ends where it ends now. */
  end(): void {
    if (this.source.readyState === 'open') this.source.endOfStream()
  }

  /** Once the first segment is there a browser adds no buffer, so a sound that begins later is not heard. */
  private prepare(tracks: Track[]) {
    const isFirst = this.buffers.size === 0
    for (const { kind, type } of tracks) {
      const known = this.buffers.get(kind)
      if (isFirst) this.buffers.set(kind, { buffer: this.source.addSourceBuffer(type), type })
      else if (known && known.type !== type) {
        known.buffer.changeType(type)
        known.type = type
      }
    }
  }

  private async removeBefore(second: number) {
    if (second <= 0) return
    for (const { buffer } of this.buffers.values()) {
      const done = next(buffer, 'updateend')
      buffer.remove(0, second)
      await done
    }
  }

  private async appendTrack({ kind, data }: Track, position: () => number, signal: AbortSignal) {
    const buffer = this.buffers.get(kind)?.buffer
    while (buffer && !signal.aborted) {
      const done = next(buffer, 'updateend')
      try {
        buffer.appendBuffer(data)
        return await done
      } catch (cause) {
        if (!isFull(cause)) throw cause
        await this.removeBefore(position() - KEEP_LEAST)
        await sleep(FULL_DELAY)
      }
    }
  }
}
