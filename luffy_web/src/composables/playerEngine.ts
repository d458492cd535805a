import type Player from 'xgplayer'
import type { IPlayerOptions } from 'xgplayer'

import type { Play } from '@/types'

import { loadOnwards } from './flvLoading'
import { fetchLevels, levelFor } from './hlsLevels'
import type { PlayerKey } from './playerKeys'
import { keepPlace, type PlayerEvents } from './playerPlace'
import { createQuality, definitionsOf } from './playerQuality'

/** What a viewer has set, and finds again in the next video. */
export interface Habits {
  rate: number
  volume: number
  muted: boolean
}

export interface EngineOptions {
  /** What fills the screen in full screen, with all that lies over the picture. */
  frame: HTMLElement
  /** Whether to begin by itself, as when one section follows another. */
  autoplay: boolean
  habits?: Habits
}

export interface Engine {
  position: () => number
  habits: () => Habits
  play: () => void
  pause: () => void
  seek: (position: number) => void
  press: (key: PlayerKey) => void
  /** Goes on with a fresh link to a video of the same type where the old one stopped. */
  reload: (play: Play) => Promise<void>
  destroy: () => void
}

const STEP = 5
const VOLUME_STEP = 0.1

/** Safari plays HLS by itself where scripts may not. */
const playsHlsNatively = () =>
  !('MediaSource' in window) &&
  document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== ''

const needsHls = ({ type }: Play) => type === 'hls' && !playsHlsNatively()

async function pluginsFor(play: Play): Promise<NonNullable<IPlayerOptions['plugins']>> {
  if (needsHls(play)) return [(await import('xgplayer-hls')).default]
  if (play.type === 'flv') return [(await import('xgplayer-flv')).default]
  return []
}

function press(player: Player, key: PlayerKey) {
  const louder = (by: number) => (player.volume = Math.min(1, Math.max(0, player.volume + by)))
  const seek = (by: number) => player.seek(Math.min(player.duration, Math.max(0, player.currentTime + by)))
  const actions: Record<PlayerKey, () => unknown> = {
    toggle: () => (player.paused ? player.play() : player.pause()),
    back: () => seek(-STEP),
    forward: () => seek(STEP),
    louder: () => louder(VOLUME_STEP),
    quieter: () => louder(-VOLUME_STEP),
    mute: () => (player.muted = !player.muted),
    fullscreen: () => (player.fullscreen ? player.exitFullscreen() : player.getFullscreen()),
  }
  actions[key]()
}

/** Asking again is of no use where the link itself has died: a fresh one is. */
const mayPass = ({ response }: { response?: Response | null }) => !response || response.status === 429 || response.status >= 500

const choicesOf = (root: HTMLElement, play: Play, { frame, autoplay, habits }: EngineOptions): IPlayerOptions => ({
  el: root,
  lang: 'zh-cn',
  width: '100%',
  height: '100%',
  autoplay,
  videoInit: true,
  playsinline: true,
  poster: play.poster ?? '',
  fullscreenTarget: frame,
  // A telephone that shows only bare videos in full screen would lose what lies over them.
  fullscreen: { useCssFullscreen: () => !document.fullscreenEnabled },
  // On a telephone the line of progress would otherwise share one row with all the buttons.
  controls: { mode: 'normal' },
  pip: true,
  // Keys and faults are ours: the player's own handling takes keys from links and hides the way back.
  ignores: ['keyboard', 'error', 'cssfullscreen'],
  commonStyle: { playedColor: 'var(--accent)', volumeColor: 'var(--accent)' },
  startTime: play.position,
  playbackRate: [2, 1.5, 1.25, 1, 0.75, 0.5],
  ...(habits && { defaultPlaybackRate: habits.rate, volume: habits.volume, autoplayMuted: habits.muted }),
  hls: { fetchOptions: { retryCheckFunc: mayPass } },
  // Half a piece cannot be fetched twice, for its first half is in the picture already.
  flv: { retryCount: 0 },
})

/** Builds a player for one video. All of it is fetched now, for few pages need it. */
export async function createEngine(
  root: HTMLElement,
  play: Play,
  options: EngineOptions,
  events: PlayerEvents,
): Promise<Engine> {
  const [{ default: XgPlayer }, plugins, levels] = await Promise.all([
    import('xgplayer'),
    pluginsFor(play),
    needsHls(play) ? fetchLevels(play.url) : undefined,
    import('xgplayer/dist/index.min.css'),
  ])
  const start = levels && levelFor(levels, 0, 0)
  const player: Player = new XgPlayer({
    ...choicesOf(root, play, options),
    url: start?.url ?? play.url,
    plugins,
    ...(levels && { definition: { list: start ? definitionsOf(levels, start) : [], defaultDefinition: 'auto' } }),
  })
  const place = keepPlace(player, { position: play.position, running: options.autoplay }, events)
  const quality = levels && createQuality(player, levels, start)
  const flv = play.type === 'flv' ? loadOnwards(player, (at) => take(String(player.config.url), at)) : undefined

  function take(url: string, at: number) {
    place.keep(at)
    player.config.url = url
    if (quality) quality.begin(url, at)
    else if (flv) flv.begin(url)
    else player.src = url
  }

  async function reload(fresh: Play) {
    const level = quality?.renew(await fetchLevels(fresh.url))
    take(level?.url ?? fresh.url, place.position())
  }

  return {
    position: () => Math.floor(place.position()),
    habits: () => ({ rate: player.playbackRate, volume: player.volume, muted: player.muted }),
    play: () => void player.play(),
    pause: () => player.pause(),
    seek: (position) => player.seek(position),
    press: (key) => press(player, key),
    reload,
    destroy: () => {
      quality?.stop()
      flv?.stop()
      player.destroy()
    },
  }
}
