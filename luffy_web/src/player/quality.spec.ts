import type Player from 'xgplayer'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { createQuality, definitionsOf, type Definition, type Quality } from './quality'

const level = (name: string, bandwidth: number, host = 'a') => ({ name, bandwidth, url: `https://${host}.test/${name}` })
const levelsAt = (host: string) => [level('1080P', 5_000_000, host), level('720P', 2_800_000, host), level('480P', 800_000, host)]
const LEVELS = levelsAt('a')
const [HIGH, MIDDLE, LOW] = LEVELS as [typeof LEVELS[0], typeof LEVELS[0], typeof LEVELS[0]]

describe('definitionsOf', () => {
  it('offers the automatic choice first, and nothing where there is no choice', () => {
    expect(definitionsOf(LEVELS, MIDDLE).map(({ text }) => text)).toEqual(['自动', '1080P', '720P', '480P'])
    expect(definitionsOf([HIGH], HIGH)).toEqual([])
  })
})

describe('createQuality', () => {
  const hls = {
    speed: 0,
    load: vi.fn<(url: string, start: number) => void>(),
    ahead: () => 20,
  }
  const menu = { renderItemList: vi.fn<(list: Definition[], chosen?: Definition) => void>() }
  let choose: (event: { to: { definition: string } }) => void
  const player = {
    paused: false,
    config: { definition: { list: [] as Definition[] } },
    getPlugin: (name: string) => (name === 'hls' ? { core: hls } : menu),
    switchURL: vi.fn(() => Promise.resolve()),
    emit: vi.fn(),
    on: (_: string, listener: typeof choose) => (choose = listener),
  }
  let quality: Quality

  beforeEach(() => {
    vi.useFakeTimers()
    vi.clearAllMocks()
    hls.speed = 0
    player.paused = false
    quality = createQuality(player as unknown as Player, LEVELS, MIDDLE)
  })
  afterEach(() => quality.stop())

  const after = (seconds: number) => vi.advanceTimersByTime(seconds * 1000)
  const switches = () => player.switchURL.mock.calls.map(([url]: unknown[]) => url)

  it('follows the bandwidth up and down, and switches only when the level changes', () => {
    hls.speed = 9_000_000
    after(15)
    hls.speed = 1_000_000
    after(5)

    expect(switches()).toEqual([HIGH.url, LOW.url])
  })

  it('switches nothing while the video is paused, or once the viewer has chosen', () => {
    hls.speed = 9_000_000
    player.paused = true
    after(10)
    player.paused = false
    choose({ to: { definition: '480P' } })
    after(10)

    expect(switches()).toEqual([])
  })

  it('adapts again when the viewer returns to the automatic choice', () => {
    hls.speed = 9_000_000
    choose({ to: { definition: '480P' } })
    choose({ to: { definition: 'auto' } })
    after(5)

    expect(switches()).toEqual([HIGH.url])
  })

  it('keeps level and choice behind fresh URLs', () => {
    choose({ to: { definition: '480P' } })

    expect(quality.replaceLevels(levelsAt('b'))?.url).toBe('https://b.test/480P')

    const [list, chosen] = menu.renderItemList.mock.calls.at(-1) ?? []
    expect(chosen?.url).toBe('https://b.test/480P')
    expect(player.config.definition.list).toBe(list)
  })

  it('keeps the wish of before behind a first link that had expired, and adapts where there is no such level', () => {
    quality.stop()
    quality = createQuality(player as unknown as Player, [], undefined, '480P')
    expect(quality.replaceLevels(levelsAt('b'))?.url).toBe('https://b.test/480P')
    expect(menu.renderItemList.mock.calls.at(-1)?.[1]?.definition).toBe('480P')
    hls.speed = 9_000_000
    after(10)
    expect(switches()).toEqual([])

    quality.replaceLevels([HIGH, MIDDLE])
    after(5)
    expect(switches()).toEqual([HIGH.url])
  })

  it('has no level behind a link that cannot be read', () => {
    expect(quality.replaceLevels([])).toBeUndefined()
    expect(menu.renderItemList).not.toHaveBeenCalled()
  })

  it('loads a fresh URL at the given second', () => {
    quality.load('https://b.test/720P', 42)

    expect(hls.load).toHaveBeenCalledExactlyOnceWith('https://b.test/720P', 42)
  })
})
