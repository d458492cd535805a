import type Player from 'xgplayer'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { loadFlvInChunks } from './flvLoading'

const MEGABYTES = 1_000_000
type Listener = (event: { eventName: string; headers: Headers }) => void

describe('loadFlvInChunks', () => {
  const flv = {
    seekable: false,
    _loading: false,
    remaining: 0,
    bufferInfo: () => ({ remaining: flv.remaining }),
    load: vi.fn(() => Promise.resolve()),
    _loadData: vi.fn<(url: null, range: [number, number]) => Promise<void>>(() => Promise.resolve()),
    _end: vi.fn(),
  }
  const restart = vi.fn()
  let told: Listener
  let loading: ReturnType<typeof loadFlvInChunks>
  const player = {
    currentTime: 0,
    duration: 600,
    buffered: { length: 1, start: () => 0, end: () => 31 },
    getPlugin: () => ({ core: flv }),
    on: (_: string, listener: Listener) => (told = listener),
  }

  beforeEach(() => {
    vi.useFakeTimers()
    vi.clearAllMocks()
    Object.assign(flv, { seekable: false, _loading: false, remaining: 0 })
    holds(0, 31)
    player.currentTime = 0
    loading = loadFlvInChunks(player as unknown as Player, restart)
  })

  afterEach(() => {
    loading.stop()
    vi.useRealTimers()
  })

  const holds = (start: number, end: number) => {
    player.buffered = { length: 1, start: () => start, end: () => end }
  }
  const begins = (megabytes: number) =>
    told({
      eventName: 'core.loadresponseheaders',
      headers: new Headers({ 'Content-Range': `bytes 0-10000000/${megabytes * MEGABYTES}` }),
    })
  const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000)
  const asked = () => flv._loadData.mock.calls.map(([, range]) => range)

  it('fetches chunk after chunk without a gap, and ends the video after the last', () => {
    begins(25)

    pass(5)

    expect(asked()).toEqual([[10_000_001, 20_000_001], [20_000_002, 30_000_002]])
    expect(flv._end).toHaveBeenCalledOnce()
  })

  it('does not end a video of which nothing has reached the buffer yet', () => {
    player.buffered = { length: 0, start: () => 0, end: () => 0 }
    begins(1)

    pass(5)
    expect(flv._end).not.toHaveBeenCalled()

    holds(0, 31)
    pass(1)
    expect(flv._end).toHaveBeenCalledOnce()
  })

  it('waits while enough is buffered', () => {
    begins(100)
    flv.remaining = 31

    pass(5)

    expect(asked()).toEqual([])
  })

  it('waits for the chunk that is being loaded', () => {
    begins(100)
    flv._loading = true

    pass(5)

    expect(asked()).toEqual([])
  })

  it('requests nothing beyond the end of a video of unknown size', () => {
    told({ eventName: 'core.loadresponseheaders', headers: new Headers() })
    holds(580, 599.5)

    pass(5)

    expect(asked()).toEqual([])
  })

  it('leaves a video with a keyframe index to the player', () => {
    begins(100)
    flv.seekable = true

    pass(5)

    expect(asked()).toEqual([])
  })

  it('restarts once when the viewer seeks back to something evicted from the buffer', () => {
    begins(100)
    holds(490, 548)
    player.currentTime = 20

    pass(5)

    expect(restart.mock.calls).toEqual([[20]])
    expect(asked()).toEqual([])
  })

  it('restarts also when the video has been loaded to its end', () => {
    begins(15)
    pass(5)
    holds(490, 600)
    player.currentTime = 20

    pass(5)

    expect(flv._end).toHaveBeenCalledOnce()
    expect(restart.mock.calls).toEqual([[20]])
  })

  it('does not fetch a chunk twice when the player repeats the event', () => {
    begins(25)
    pass(0.5)
    begins(25)

    pass(5)

    expect(asked()).toEqual([[10_000_001, 20_000_001], [20_000_002, 30_000_002]])
  })

  it('starts with the first chunk of a fresh link', () => {
    begins(25)
    pass(5)

    loading.load('/files/fresh.flv')
    begins(15)
    pass(5)

    expect(flv.load).toHaveBeenCalledWith('/files/fresh.flv')
    expect(asked().at(-1)).toEqual([10_000_001, 20_000_001])
  })
})
