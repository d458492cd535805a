import type Player from 'xgplayer'

/** Settings of the viewer that hold for every video in this browser; those of subtitles are in captions.ts. */
export interface PlayerPreferences {
  rate: number
  /** 0 to 1. */
  volume: number
  muted: boolean
  /** The name of a level of HLS; anything else is automatic. */
  quality: string
}

export const RATES = [2, 1.5, 1.25, 1, 0.75, 0.5]
const KEY = 'luffy.player'
const DEFAULTS: PlayerPreferences = { rate: 1, volume: 0.6, muted: false, quality: '' }

/** Nothing where storage is forbidden, or holds something else. */
function stored(): Partial<Record<keyof PlayerPreferences, unknown>> {
  try {
    return Object(JSON.parse(localStorage.getItem(KEY) ?? '{}')) as Partial<PlayerPreferences>
  } catch {
    return {}
  }
}

/** What is kept; what is no such setting, which anything in the page may have written, is left out. */
export function readPreferences(): PlayerPreferences {
  const { rate, volume, muted, quality } = stored()
  return {
    rate: RATES.find((each) => each === rate) ?? DEFAULTS.rate,
    volume: typeof volume === 'number' && volume >= 0 && volume <= 1 ? volume : DEFAULTS.volume,
    muted: muted === true,
    quality: typeof quality === 'string' ? quality : DEFAULTS.quality,
  }
}

function write(changes: Partial<PlayerPreferences>) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...readPreferences(), ...changes }))
  } catch {
    // A full or forbidden storage keeps nothing, and the video plays all the same.
  }
}

/** Keeps what the viewer changes from now on. */
export function keepPreferences(player: Player): void {
  player.on('ratechange', () => {
    if (RATES.includes(player.playbackRate)) write({ rate: player.playbackRate })
  })
  player.on('volumechange', () => write({ volume: player.volume, muted: player.muted }))
  // Without `from` it is the player's own first choice.
  player.on('definition_change', ({ from, to }: { from?: unknown; to: { definition: string } }) => {
    if (from) write({ quality: to.definition })
  })
}
