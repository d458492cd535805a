import type Player from 'xgplayer'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { loadOnwards } from './flvLoading'

const MEGABYTES = 1_000_000
type Listener = (event: { eventName: string; headers: Headers }) => void

describe('loadOnwards', () => {
  const flv = {
    seekable: false,
    _loading: false,
    remaining: 0,
    bufferInfo: () => ({ remaining: flv.remaining }),
    load: vi.fn(() => Promise.resolve()),
    _loadData: vi.fn<(url: null, range: [number, number]) => Promise<void>>(() => Promise.resolve()),
    _end: vi.fn(),
  }
  const again = vi.fn()
  let told: Listener
  let loading: ReturnType<typeof loadOnwards>
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
    loading = loadOnwards(player as unknown as Player, again)
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

  it('fetches piece after piece without a gap, and ends the film after the last', () => {
    begins(25)

    pass(5)

    expect(asked()).toEqual([[10_000_001, 20_000_001], [20_000_002, 30_000_002]])
    expect(flv._end).toHaveBeenCalledOnce()
  })

  it('waits while enough is in hand', () => {
    begins(100)
    flv.remaining = 31

    pass(5)

    expect(asked()).toEqual([])
  })

  it('waits for the piece that is on its way', () => {
    begins(100)
    flv._loading = true

    pass(5)

    expect(asked()).toEqual([])
  })

  it('asks for nothing beyond the end of a film whose size is a secret', () => {
    told({ eventName: 'core.loadresponseheaders', headers: new Headers() })
    holds(580, 599.5)

    pass(5)

    expect(asked()).toEqual([])
  })

  it('leaves a film with an index to the player', () => {
    begins(100)
    flv.seekable = true

    pass(5)

    expect(asked()).toEqual([])
  })

  it('asks for the beginning, once, when the viewer goes back to what was given up', () => {
    begins(100)
    holds(490, 548)
    player.currentTime = 20

    pass(5)

    expect(again.mock.calls).toEqual([[20]])
    expect(asked()).toEqual([])
  })

  it('asks for the beginning also when the film has been loaded to its end', () => {
    begins(15)
    pass(5)
    holds(490, 600)
    player.currentTime = 20

    pass(5)

    expect(flv._end).toHaveBeenCalledOnce()
    expect(again.mock.calls).toEqual([[20]])
  })

  it('does not fetch twice what the player speaks of again', () => {
    begins(25)
    pass(0.5)
    begins(25)

    pass(5)

    expect(asked()).toEqual([[10_000_001, 20_000_001], [20_000_002, 30_000_002]])
  })

  it('begins at the first piece again behind a fresh link', () => {
    begins(25)
    pass(5)

    loading.begin('/files/fresh.flv')
    begins(15)
    pass(5)

    expect(flv.load).toHaveBeenCalledWith('/files/fresh.flv')
    expect(asked().at(-1)).toEqual([10_000_001, 20_000_001])
  })
})
