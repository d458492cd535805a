import type Player from 'xgplayer'
import type { IPlayerOptions } from 'xgplayer'

import type { Play } from '@/types'

import { fetchLevels, levelFor, type HlsLevel } from './hlsLevels'
import type { PlayerKey } from './playerKeys'
import { createQuality, definitionsOf } from './playerQuality'

export interface EngineEvents {
  ended: () => void
  paused: () => void
  playing: () => void
  failed: () => void
}

export interface EngineOptions {
  /** What fills the screen in full screen, with all that lies over the picture. */
  frame: HTMLElement
  /** Whether to begin by itself, as when one section follows another. */
  autoplay: boolean
}

export interface Engine {
  position: () => number
  play: () => void
  pause: () => void
  seek: (position: number) => void
  press: (key: PlayerKey) => void
  /** Goes on with a fresh link where the old one stopped; flv cannot, it needs a new engine. */
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

/** A new address for the same picture, at the same place and in the same state. */
function change(player: Player, url: string, at: number, running: boolean) {
  const scripted = player.handleSource === false
  player.config.url = url
  player.once(scripted ? 'canplay' : 'loadedmetadata', () => {
    if (!scripted) player.currentTime = at
    if (running) void player.play()
    else player.pause()
  })
  if (scripted) player.switchURL(url, { seamless: false, currentTime: at })?.catch(() => undefined)
  else player.src = url
}

const choicesOf = (root: HTMLElement, play: Play, { frame, autoplay }: EngineOptions): IPlayerOptions => ({
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
})

/** Builds a player for one video. All of it is fetched now, for few pages need it. */
export async function createEngine(
  root: HTMLElement,
  play: Play,
  options: EngineOptions,
  events: EngineEvents,
): Promise<Engine> {
  const [{ default: XgPlayer }, plugins, levels] = await Promise.all([
    import('xgplayer'),
    pluginsFor(play),
    needsHls(play) ? fetchLevels(play.url) : Promise.resolve<HlsLevel[]>([]),
    import('xgplayer/dist/index.min.css'),
  ])
  const start = levelFor(levels, 0, 0)
  const player: Player = new XgPlayer({
    ...choicesOf(root, play, options),
    url: start?.url ?? play.url,
    plugins,
    ...(start && { definition: { list: definitionsOf(levels, start), defaultDefinition: 'auto' } }),
  })
  const quality = start && createQuality(player, levels, start)

  // After a fault the video forgets where it was; what it last showed, or was told to, is where to go on.
  let last = play.position
  let running = options.autoplay
  let failing = false
  const remember = () => {
    if (player.currentTime > 0) last = player.currentTime
  }
  player.on('timeupdate', remember)
  player.on('seeking', remember)
  player.on('play', () => {
    running = true
    events.playing()
  })
  player.on('canplay', () => (failing = false))
  player.on('pause', () => {
    // A fault stops the picture too, but it is not the viewer who did.
    if (!failing) running = false
    events.paused()
  })
  player.on('ended', events.ended)
  player.on('error', () => {
    failing = true
    events.failed()
  })

  async function reload(fresh: Play) {
    const level = quality?.renew(await fetchLevels(fresh.url))
    change(player, level?.url ?? fresh.url, last, running)
  }

  return {
    position: () => Math.floor(last),
    play: () => void player.play(),
    pause: () => player.pause(),
    seek: (position) => player.seek(position),
    press: (key) => press(player, key),
    reload,
    destroy: () => {
      quality?.stop()
      player.destroy()
    },
  }
}
