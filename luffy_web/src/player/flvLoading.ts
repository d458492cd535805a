import type Player from 'xgplayer'

/** Bytes of the first range that xgplayer-flv requests; it finds later ranges in the keyframe index. */
const CHUNK_BYTES = 10_000_000
/** Seconds of buffered video below which the next chunk is fetched. */
const MIN_BUFFER_SECONDS = 30
/** Milliseconds. */
const CHECK_INTERVAL = 500

/** Internals of xgplayer-flv; the underscored names belong to the pinned version and are covered by a journey. */
interface FlvCore {
  seekable: boolean
  load: (url: string) => Promise<void>
  bufferInfo: () => { remaining?: number }
  _loading: boolean
  _loadData: (url: null, range: [number, number]) => Promise<void>
  _end: () => void
}

interface CoreEvent {
  eventName: string
  headers?: Headers
}

export interface FlvLoader {
  /** Loads a fresh link from the first byte, without starting playback. */
  load: (url: string) => void
  stop: () => void
}

const totalBytesOf = (headers?: Headers) => Number(headers?.get('Content-Range')?.split('/')[1]) || Infinity

/** Whether the viewer sought back to a position that has been removed from the buffer. */
function isEvicted({ buffered, currentTime }: Player): boolean {
  return Boolean(buffered?.length) && currentTime < buffered.start(0) - 1
}

/** Whether the buffer reaches the end; needed where a storage does not expose Content-Range. */
function isLoadedToEnd({ buffered, duration }: Player): boolean {
  return Boolean(buffered?.length) && buffered.end(buffered.length - 1) > duration - 1
}

/**
 * Loads an FLV without a keyframe index (the output of most recorders) chunk by chunk to its end, where
 * xgplayer-flv would stop after the first chunk. `restart` is called with the position in seconds when
 * the viewer seeks back to something that is no longer buffered.
 */
export function loadFlvInChunks(player: Player, restart: (position: number) => void): FlvLoader {
  let started = false
  let ended = false
  let next = CHUNK_BYTES + 1
  let size = Infinity

  const core = () => (player.getPlugin('flv') as { core?: FlvCore } | null)?.core

  // The event repeats for later chunks when the player took the video for ended while they were loading.
  player.on('core_event', ({ eventName, headers }: CoreEvent) => {
    if (eventName !== 'core.loadresponseheaders' || started) return
    started = true
    ended = false
    next = CHUNK_BYTES + 1
    size = totalBytesOf(headers)
  })

  function check() {
    const flv = core()
    // What has arrived may not be in the buffer yet, and a stream that is ended before takes nothing more.
    if (!flv || flv._loading || flv.seekable || !started || !player.buffered?.length) return
    if (isEvicted(player)) {
      started = false
      restart(player.currentTime)
    } else if (ended) {
      return
    } else if (next >= size) {
      ended = true
      // A video that does not state its duration ends only by this call.
      flv._end()
    } else if (!isLoadedToEnd(player) && (flv.bufferInfo().remaining ?? 0) < MIN_BUFFER_SECONDS) {
      void flv._loadData(null, [next, next + CHUNK_BYTES])
      next += CHUNK_BYTES + 1
    }
  }

  const timer = setInterval(check, CHECK_INTERVAL)
  return {
    load: (url) => {
      started = false
      void core()?.load(url)
    },
    stop: () => clearInterval(timer),
  }
}
