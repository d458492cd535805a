import type Player from 'xgplayer'

import { levelFor, type HlsLevel } from './hlsLevels'

const AUTO = 'auto'
const LOOK_EVERY = 5000

interface HlsCore {
  config: { startTime?: number }
  load: (url: string, options: { clearSwitchStatus: boolean }) => Promise<void>
  speedInfo: () => { avgSpeed: number }
  bufferInfo: () => { remaining: number }
}

interface Definition {
  definition: string
  text: string
  url: string
}

interface QualityMenu {
  renderItemList: (list: Definition[], chosen?: Definition) => void
}

/** The menu of qualities: the player's own choice first, then each of them. */
export function definitionsOf(levels: HlsLevel[], start: HlsLevel): Definition[] {
  if (levels.length < 2) return []
  const each = levels.map(({ name, url }) => ({ definition: name, text: name, url }))
  return [{ definition: AUTO, text: '自动', url: start.url }, ...each]
}

/**
 * Keeps the quality of an HLS film in step with the line, until the viewer chooses one. A film whose
 * first link was dead has no levels yet; they come with the next one.
 */
export function createQuality(player: Player, levels: HlsLevel[], start: HlsLevel | undefined) {
  let chosen = AUTO
  let current = start

  const core = () => (player.getPlugin('hls') as { core?: HlsCore } | null)?.core

  function look() {
    const hls = core()
    if (chosen !== AUTO || !hls || player.paused || levels.length < 2) return
    const fit = levelFor(levels, hls.speedInfo().avgSpeed, hls.bufferInfo().remaining)
    if (!fit || fit.name === current?.name) return
    current = fit
    player.switchURL(fit.url, { seamless: true })?.catch(() => undefined)
  }

  player.on('definition_change', ({ to }: { to: Definition }) => {
    chosen = to.definition
    current = levels.find(({ name }) => name === chosen) ?? current
  })
  const timer = setInterval(look, LOOK_EVERY)

  return {
    /** The same quality behind fresh addresses. */
    renew(fresh: HlsLevel[]): HlsLevel | undefined {
      levels = fresh
      current = fresh.find(({ name }) => name === current?.name) ?? levelFor(fresh, 0, 0)
      if (!current) return undefined
      const list = definitionsOf(fresh, current)
      if (player.config.definition) player.config.definition.list = list
      player.emit('resourceReady', list)
      // It would show the choice that it began with.
      const menu = player.getPlugin('definition') as QualityMenu | null
      menu?.renderItemList(list, list.find(({ definition }) => definition === chosen))
      return current
    },
    /** Takes a fresh link, without playing it as `switchURL` would. */
    begin(url: string, at: number) {
      const hls = core()
      // What goes wrong is told by an event, too.
      hls?.load(url, { clearSwitchStatus: true }).catch(() => undefined)
      if (hls) hls.config.startTime = at
    },
    stop: () => clearInterval(timer),
  }
}
