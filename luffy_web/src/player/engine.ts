import type Player from 'xgplayer'
import type { IPlayerOptions } from 'xgplayer'

import type { Play } from '@/types'

import type * as Captions from './captions'
import { neighbourOf, type Chapters } from './chapterOrder'
import type * as Marks from './chapters'
import { loadFlvInChunks } from './flvLoading'
import { nameControls } from './controls'
import { fetchLevels, levelFor, type HlsLevel } from './hlsLevels'
import type { PlayerKey } from './keys'
import { trackPosition, type PlayerEvents, type PositionTracker } from './playbackPosition'
import { keepPreferences, RATES, readPreferences, type PlayerPreferences } from './preferences'
import { AUTO, createQuality, definitionsOf } from './quality'
import type XgPlayer from './xgplayer'

export interface EngineOptions {
  /** The element shown in full screen, including everything that is laid over the picture. */
  frame: HTMLElement
  /** Whether to start playing without a click, as when one section follows another. */
  autoplay: boolean
}

export interface Engine {
  /** Whole seconds from the start of the video. */
  position: () => number
  /** Whether the viewer wants it to play, also while it cannot. */
  isRunning: () => boolean
  play: () => void
  pause: () => void
  /** `position` in seconds. */
  seek: (position: number) => void
  press: (key: PlayerKey) => void
  /** Continues at the current position with a fresh link to a video of the same type. */
  reload: (play: Play) => Promise<void>
  destroy: () => void
}

const SEEK_SECONDS = 5
const VOLUME_STEP = 0.1

/** Safari plays HLS natively where Media Source Extensions are missing (iPhone). */
const playsHlsNatively = () =>
  !('MediaSource' in window) &&
  document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== ''

const needsHls = ({ type }: Play) => type === 'hls' && !playsHlsNatively()

/** Where the browser itself plays HLS, the playlist names the subtitles. */
const needsTracks = (play: Play) => play.subtitles.length > 0 && (play.type !== 'hls' || needsHls(play))

type Plugins = NonNullable<IPlayerOptions['plugins']>

async function pluginsFor(play: Play): Promise<Plugins> {
  if (needsHls(play)) return [(await import('./hls/plugin')).default]
  if (play.type === 'flv') return [(await import('xgplayer-flv')).default]
  return []
}

function press(player: Player, tracker: PositionTracker, key: PlayerKey, chapters: Chapters) {
  const changeVolume = (by: number) => (player.volume = Math.min(1, Math.max(0, player.volume + by)))
  // The length is not known while a link is loaded.
  const seek = (by: number) => tracker.seek(Math.min(player.duration || Infinity, Math.max(0, tracker.position() + by)))
  const seekChapter = (step: -1 | 1) => {
    const start = neighbourOf(chapters, tracker.position(), step)
    if (start !== null) tracker.seek(start)
  }
  const actions: Record<PlayerKey, () => unknown> = {
    toggle: () => (player.paused ? player.play() : player.pause()),
    back: () => seek(-SEEK_SECONDS),
    forward: () => seek(SEEK_SECONDS),
    chapterBack: () => seekChapter(-1),
    chapterForward: () => seekChapter(1),
    louder: () => changeVolume(VOLUME_STEP),
    quieter: () => changeVolume(-VOLUME_STEP),
    mute: () => (player.muted = !player.muted),
    fullscreen: () => (player.fullscreen ? player.exitFullscreen() : player.getFullscreen()),
  }
  actions[key]()
}

const playerOptions = (
  root: HTMLElement,
  play: Play,
  { frame, autoplay }: EngineOptions,
  { rate, volume, muted }: PlayerPreferences,
): IPlayerOptions => ({
  el: root,
  lang: 'zh-cn',
  width: '100%',
  height: '100%',
  autoplay,
  videoInit: true,
  playsinline: true,
  poster: play.poster ?? '',
  fullscreenTarget: frame,
  // iPhones show only a bare <video> in full screen, without the overlays (watermark, messages).
  fullscreen: { useCssFullscreen: () => !document.fullscreenEnabled },
  // The mobile layout would put the progress bar and all buttons into one row.
  controls: { mode: 'normal' },
  pip: true,
  commonStyle: { playedColor: 'var(--accent)', volumeColor: 'var(--accent)' },
  startTime: play.position,
  playbackRate: RATES,
  defaultPlaybackRate: rate,
  volume,
  autoplayMuted: muted,
  // A chunk that failed halfway cannot be fetched again: its first half has been appended already.
  flv: { retryCount: 0 },
})

type Parts = [{ default: typeof XgPlayer }, Plugins, typeof Captions | undefined, typeof Marks | undefined, unknown]

/** Downloads what a player for this video is made of, unless it is there already; nothing is built. */
export const downloadParts = (play: Play): Promise<Parts> =>
  Promise.all([
    import('./xgplayer'),
    pluginsFor(play),
    needsTracks(play) ? import('./captions') : undefined,
    play.chapters.length > 0 ? import('./chapters') : undefined,
    import('xgplayer/dist/index.min.css'),
  ])

/** Builds a player for one video. */
export async function createEngine(
  root: HTMLElement,
  play: Play,
  options: EngineOptions,
  events: PlayerEvents,
): Promise<Engine> {
  const [parts, levels] = await Promise.all([downloadParts(play), needsHls(play) ? fetchLevels(play.url) : undefined])
  const [{ default: PlayerClass }, plugins, captions, marks] = parts
  // Its modules have just been run and its styles applied: what a slow phone does in one piece blocks touches.
  await new Promise((resolve) => setTimeout(resolve))
  const preferences = readPreferences()
  const chosen = levels?.find(({ name }) => name === preferences.quality)
  const start: HlsLevel | undefined = chosen ?? (levels && levelFor(levels, 0, 0))
  const { plugins: menus = [], ...menuOptions } = captions?.captionsOptions(play.subtitles) ?? {}
  const player: Player = new PlayerClass({
    ...playerOptions(root, play, options, preferences),
    ...menuOptions,
    url: start?.url ?? play.url,
    plugins: [...plugins, ...menus],
    ...(levels && { definition: { list: start ? definitionsOf(levels, start) : [], defaultDefinition: chosen?.name ?? AUTO } }),
  })
  const tracker = trackPosition(player, { position: play.position, running: options.autoplay }, events)
  marks?.showChapters(player, play.chapters)
  const shown = captions?.showCaptions(player, play.subtitles)
  const quality = levels && createQuality(player, levels, start, preferences.quality)
  keepPreferences(player)
  const controls = nameControls(player)
  const flv =
    play.type === 'flv' ? loadFlvInChunks(player, (at) => changeUrl(String(player.config.url), at)) : undefined

  function changeUrl(url: string, at: number) {
    tracker.resumeAt(at)
    player.config.url = url
    if (quality) quality.load(url, at)
    else if (flv) flv.load(url)
    else player.src = url
  }

  async function reload(fresh: Play) {
    shown?.refresh(fresh.subtitles)
    changeUrl(quality?.replaceLevels(await fetchLevels(fresh.url))?.url ?? fresh.url, tracker.position())
  }

  return {
    position: () => Math.floor(tracker.position()),
    isRunning: tracker.isRunning,
    play: () => void player.play(),
    pause: () => player.pause(),
    seek: tracker.seek,
    press: (key) => press(player, tracker, key, play.chapters),
    reload,
    destroy: () => {
      quality?.stop()
      flv?.stop()
      controls.stop()
      player.destroy()
    },
  }
}
