import type Player from 'xgplayer'

import type HlsPlugin from './hls/plugin'
import { levelFor, type HlsLevel } from './hlsLevels'

export const AUTO = 'auto'
/** Milliseconds. */
const CHECK_INTERVAL = 5000

/** An entry of xgplayer's quality menu. */
export interface Definition {
  definition: string
  text: string
  url: string
}

interface QualityMenu {
  renderItemList: (list: Definition[], chosen?: Definition) => void
}

export interface Quality {
  /** Replaces the URLs after a fresh link; returns the level with the current name, or a new start level. */
  replaceLevels: (levels: HlsLevel[]) => HlsLevel | undefined
  /** Loads a fresh link at this second, without starting playback. */
  load: (url: string, at: number) => void
  stop: () => void
}

/** The quality menu: automatic first, then each level; empty when there is nothing to choose. */
export function definitionsOf(levels: HlsLevel[], start: HlsLevel): Definition[] {
  if (levels.length < 2) return []
  const each = levels.map(({ name, url }) => ({ definition: name, text: name, url }))
  return [{ definition: AUTO, text: '自动', url: start.url }, ...each]
}

const coreOf = (player: Player) => (player.getPlugin('hls') as HlsPlugin | null)?.core

function showInMenu(player: Player, list: Definition[], chosen: string) {
  if (player.config.definition) player.config.definition.list = list
  player.emit('resourceReady', list)
  // Without this the menu would show the default again instead of the viewer's choice.
  const menu = player.getPlugin('definition') as QualityMenu | null
  menu?.renderItemList(list, list.find(({ definition }) => definition === chosen))
}

/**
 * Adapts the quality of an HLS video to the bandwidth until the viewer chooses one. `levels` is empty
 * when the first link had expired; `replaceLevels` brings them with the next link. `wish` is what the viewer has
 * chosen, here or before: the name of a level, which is automatic where there is no such level.
 */
export function createQuality(
  player: Player,
  levels: HlsLevel[],
  start: HlsLevel | undefined,
  wish: string = AUTO,
): Quality {
  let current = start
  const levelOf = (name?: string) => levels.find((level) => level.name === name)
  const chosen = () => levelOf(wish)?.name ?? AUTO

  function check() {
    const hls = coreOf(player)
    if (chosen() !== AUTO || !hls || player.paused || levels.length < 2) return
    const best = levelFor(levels, hls.speed, hls.ahead())
    if (!best || best.name === current?.name) return
    current = best
    player.switchURL(best.url, { seamless: true })?.catch(() => undefined)
  }

  player.on('definition_change', ({ to }: { to: Definition }) => {
    wish = to.definition
    current = levelOf(wish) ?? current
  })
  const timer = setInterval(check, CHECK_INTERVAL)

  return {
    replaceLevels(fresh) {
      levels = fresh
      current = levelOf(wish) ?? levelOf(current?.name) ?? levelFor(fresh, 0, 0)
      if (current) showInMenu(player, definitionsOf(fresh, current), chosen())
      return current
    },
    load: (url, at) => coreOf(player)?.load(url, at),
    stop: () => clearInterval(timer),
  }
}
