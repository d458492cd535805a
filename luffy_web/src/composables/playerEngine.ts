import type Player from 'xgplayer'
import type { IPlayerOptions } from 'xgplayer'

import type { Play } from '@/types'

export interface EngineEvents {
  ended: () => void
  paused: () => void
  failed: () => void
}

export interface Engine {
  position: () => number
  destroy: () => void
}

/** Safari plays HLS by itself where scripts may not. */
const playsHlsNatively = () =>
  !('MediaSource' in window) &&
  document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== ''

async function pluginsFor(type: Play['type']): Promise<IPlayerOptions['plugins']> {
  if (type === 'hls' && !playsHlsNatively()) return [(await import('xgplayer-hls')).default]
  if (type === 'flv') return [(await import('xgplayer-flv')).default]
  return []
}

/** Builds a player for one video. All of it is fetched now, for few pages need it. */
export async function createEngine(
  root: HTMLElement,
  play: Play,
  events: EngineEvents,
): Promise<Engine> {
  const [{ default: XgPlayer }, plugins] = await Promise.all([
    import('xgplayer'),
    pluginsFor(play.type),
    import('xgplayer/dist/index.min.css'),
  ])
  const player: Player = new XgPlayer({
    el: root,
    url: play.url,
    plugins,
    lang: 'zh-cn',
    width: '100%',
    height: '100%',
    videoInit: true,
    playsinline: true,
    commonStyle: { playedColor: 'var(--accent)', volumeColor: 'var(--accent)' },
    startTime: play.position,
    playbackRate: [0.75, 1, 1.25, 1.5, 2],
  })
  player.on('ended', events.ended)
  player.on('pause', events.paused)
  player.on('error', events.failed)
  return { position: () => Math.floor(player.currentTime || 0), destroy: () => player.destroy() }
}
