import type Player from 'xgplayer'

import { levelFor, type HlsLevel } from './hlsLevels'

const AUTO = 'auto'
const LOOK_EVERY = 5000

interface HlsCore {
  speedInfo: () => { avgSpeed: number }
  bufferInfo: () => { remaining: number }
}

interface Definition {
  definition: string
  text: string
  url: string
}

/** The menu of qualities: the player's own choice first, then each of them. */
export function definitionsOf(levels: HlsLevel[], start: HlsLevel): Definition[] {
  if (levels.length < 2) return []
  const each = levels.map(({ name, url }) => ({ definition: name, text: name, url }))
  return [{ definition: AUTO, text: '自动', url: start.url }, ...each]
}

/** Keeps the quality of an HLS film in step with the line, until the viewer chooses one. */
export function createQuality(player: Player, levels: HlsLevel[], start: HlsLevel) {
  let chosen = AUTO
  let current = start

  const core = () => (player.getPlugin('hls') as { core?: HlsCore } | null)?.core

  function look() {
    const hls = core()
    if (chosen !== AUTO || !hls || player.paused || levels.length < 2) return
    const fit = levelFor(levels, hls.speedInfo().avgSpeed, hls.bufferInfo().remaining)
    if (!fit || fit.name === current.name) return
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
      current = fresh.find(({ name }) => name === current.name) ?? fresh[0] ?? current
      const list = definitionsOf(fresh, current)
      if (player.config.definition) player.config.definition.list = list
      player.emit('resourceReady', list)
      return fresh.length > 0 ? current : undefined
    },
    stop: () => clearInterval(timer),
  }
}
