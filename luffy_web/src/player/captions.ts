import type Player from 'xgplayer'
import OptionsIcon from 'xgplayer/es/plugins/common/optionsIcon'

import type { Play } from '@/types'

import './captions.css'

type Subtitles = Play['subtitles']

export interface Captions {
  /** Gives the tracks the URLs of a fresh link. */
  refresh: (subtitles: Subtitles) => void
}

interface Choice {
  value: string
  showText: string
  text: string
  iconText: string
  selected: boolean
}

const OFF = 'off'
const SIZES = { small: '小', medium: '中', large: '大' }
const LANGUAGE_KEY = 'luffy.captions.language'
const SIZE_KEY = 'luffy.captions.size'

/** A menu of the player's bar; `choose` learns what was chosen. */
abstract class Menu extends OptionsIcon {
  declare config: { list: Choice[]; choose?: (value: string) => void }

  override afterCreate(): void {
    super.afterCreate()
    const { list } = this.config
    this.renderItemList(list, Math.max(0, list.findIndex(({ selected }) => selected)))
  }

  override onItemClick(event: unknown, data: { to: { index: number } }): void {
    super.onItemClick(event, data)
    const { list, choose } = this.config
    list.forEach((each, index) => (each.selected = index === data.to.index))
    choose?.(list[data.to.index]?.value ?? OFF)
  }
}

type MenuConfig = typeof OptionsIcon.defaultConfig

const defaults = (index: number): MenuConfig => ({
  ...OptionsIcon.defaultConfig,
  index,
  className: 'xgplayer-captions',
  isShowIcon: true,
  hidePortrait: false,
})

export class CaptionsLanguage extends Menu {
  static override get pluginName(): string {
    return 'captionsLanguage'
  }

  static override get defaultConfig(): MenuConfig {
    return defaults(5.5)
  }
}

export class CaptionsSize extends Menu {
  static override get pluginName(): string {
    return 'captionsSize'
  }

  static override get defaultConfig(): MenuConfig {
    return defaults(8)
  }
}

const choices = (icon: string, entries: [string, string][], chosen: string): Choice[] =>
  entries.map(([value, text]) => ({ value, text, showText: text, iconText: icon, selected: value === chosen }))

function read(key: string, known: string[], otherwise: string): string {
  const stored = localStorage.getItem(key) ?? ''
  return known.includes(stored) ? stored : otherwise
}

interface CaptionsOptions {
  plugins: (typeof CaptionsLanguage | typeof CaptionsSize)[]
  captionsLanguage: { list: Choice[] }
  captionsSize: { list: Choice[] }
}

/** What the player has to be built with for a video with subtitles. */
export function captionsOptions(subtitles: Subtitles): CaptionsOptions {
  const languages = subtitles.map(({ lang, label }): [string, string] => [lang, label])
  const language = read(LANGUAGE_KEY, subtitles.map(({ lang }) => lang), OFF)
  const size = read(SIZE_KEY, Object.keys(SIZES), 'medium')
  return {
    plugins: [CaptionsLanguage, CaptionsSize],
    captionsLanguage: { list: choices('字幕', [[OFF, '关闭'], ...languages], language) },
    captionsSize: { list: choices('字号', Object.entries(SIZES), size) },
  }
}

function trackOf({ lang, label, url }: Subtitles[number]) {
  const element = document.createElement('track')
  element.kind = 'subtitles'
  element.srclang = lang
  element.label = label
  element.src = url
  return element
}

/** Browsers draw subtitles at so much of the shorter side; captions.css has the rest. */
const FONT = 0.05
const LINE_HEIGHT = 1.4
const SCALES: Record<string, number> = { small: 0.75, medium: 1, large: 1.4 }
/** Of the player's bar, in pixels. */
const BAR = 48

/**
 * The line, counted from below, at which a subtitle begins so that its last line stands above the bar. The smaller the
 * player, the more lines the bar hides.
 */
export function lineAbove(text: string, side: number, size: string): number {
  const height = side * FONT * (SCALES[size] ?? 1) * LINE_HEIGHT
  const hidden = height > 0 ? Math.ceil(BAR / height) : 1
  return -(hidden + text.split('\n').length)
}

/** Adds the subtitles to a player that was built with `captionsOptions`; the browser draws them. */
export function showCaptions(player: Player, subtitles: Subtitles): Captions {
  const media = player.media as HTMLVideoElement
  const tracks = subtitles.map(trackOf)
  media.append(...tracks)

  let shown = OFF
  function showLanguage(language: string) {
    shown = language
    for (const { track, srclang } of tracks) {
      const mode = srclang === shown ? 'showing' : 'disabled'
      if (track.mode !== mode) track.mode = mode
    }
  }
  // Chromium turns on the track of its own language when it has loaded the video.
  media.textTracks.addEventListener('change', () => showLanguage(shown))
  let chosenSize = 'medium'
  function place() {
    const side = Math.min(media.clientWidth, media.clientHeight)
    for (const { track } of tracks) {
      for (const cue of Array.from(track.cues ?? []) as VTTCue[]) cue.line = lineAbove(cue.text, side, chosenSize)
    }
  }
  for (const track of tracks) track.addEventListener('load', place)
  const resized = new ResizeObserver(place)
  resized.observe(media)
  player.once('destroy', () => resized.disconnect())
  function showSize(size: string) {
    chosenSize = size
    if (player.root) player.root.dataset['captions'] = size
    place()
  }
  const connect = (name: string, key: string, show: (value: string) => void) => {
    const menu = player.getPlugin(name) as Menu | null
    if (!menu) return
    show(menu.config.list.find(({ selected }) => selected)?.value ?? OFF)
    menu.config.choose = (value) => {
      localStorage.setItem(key, value)
      show(value)
    }
  }
  connect('captionsLanguage', LANGUAGE_KEY, showLanguage)
  connect('captionsSize', SIZE_KEY, showSize)

  return {
    refresh: (fresh) => {
      for (const { lang, url } of fresh) {
        const track = tracks.find(({ srclang }) => srclang === lang)
        // What has been loaded stays; loading it again would blank the picture for a moment.
        if (track && track.readyState !== HTMLTrackElement.LOADED) track.src = url
      }
    },
  }
}
