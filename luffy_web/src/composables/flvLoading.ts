import type Player from 'xgplayer'

/** What xgplayer-flv asks for first. Where to go on it looks up in the film's index of keyframes. */
const STEP = 10_000_000
/** Seconds in hand below which more is fetched. */
const ENOUGH = 30
const LOOK_EVERY = 500

/** Of xgplayer-flv; the underlined names are its own, which the pinned version and a journey guard. */
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

const sizeOf = (headers?: Headers) => Number(headers?.get('Content-Range')?.split('/')[1]) || Infinity

/**
 * Loads an flv film that has no index of its keyframes, as most recorders write it: piece by piece
 * to its end, where xgplayer-flv would stop after the first. `again` is asked to begin anew when the
 * viewer goes back to what has been given up already.
 */
export function loadOnwards(player: Player, again: (position: number) => void) {
  let begun = false
  let ended = false
  let next = STEP + 1
  let size = Infinity

  const core = () => (player.getPlugin('flv') as { core?: FlvCore } | null)?.core

  // Also told of later pieces, when the player took the film for ended while they were on their way.
  player.on('core_event', ({ eventName, headers }: CoreEvent) => {
    if (eventName !== 'core.loadresponseheaders' || begun) return
    begun = true
    ended = false
    next = STEP + 1
    size = sizeOf(headers)
  })

  function isGivenUp(): boolean {
    const { buffered } = player
    return Boolean(buffered?.length) && player.currentTime < buffered.start(0) - 1
  }

  /** A storage elsewhere may keep the size to itself. */
  function isWhole(): boolean {
    const { buffered, duration } = player
    return Boolean(buffered?.length) && buffered.end(buffered.length - 1) > duration - 1
  }

  function look() {
    const flv = core()
    if (!flv || flv._loading || flv.seekable || !begun) return
    if (isGivenUp()) {
      begun = false
      again(player.currentTime)
    } else if (ended) {
      return
    } else if (next >= size) {
      ended = true
      // Nothing else ends a film that does not say how long it is.
      flv._end()
    } else if (!isWhole() && (flv.bufferInfo().remaining ?? 0) < ENOUGH) {
      void flv._loadData(null, [next, next + STEP])
      next += STEP + 1
    }
  }

  const timer = setInterval(look, LOOK_EVERY)
  return {
    /** Takes a fresh link, from the film's first second and without playing it. */
    begin: (url: string) => {
      begun = false
      void core()?.load(url)
    },
    stop: () => clearInterval(timer),
  }
}
