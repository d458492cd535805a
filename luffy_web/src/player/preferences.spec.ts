import type Player from 'xgplayer'
import { describe, expect, it } from 'vitest'

import { keepPreferences, readPreferences } from './preferences'

const DEFAULTS = { rate: 1, volume: 0.6, muted: false, quality: '' }

function aPlayer() {
  const listeners = new Map<string, (event: unknown) => void>()
  const player = { playbackRate: 1, volume: 0.6, muted: false, on: (name: string, act: (event: unknown) => void) => listeners.set(name, act) }
  keepPreferences(player as unknown as Player)
  return { player, emit: (name: string, event?: unknown) => listeners.get(name)?.(event) }
}

describe('preferences of the player', () => {
  it('are kept for the next video', () => {
    const { player, emit } = aPlayer()

    player.playbackRate = 1.5
    emit('ratechange')
    Object.assign(player, { volume: 0.3, muted: true })
    emit('volumechange')
    emit('definition_change', { from: { definition: 'auto' }, to: { definition: '720P' } })

    expect(readPreferences()).toEqual({ rate: 1.5, volume: 0.3, muted: true, quality: '720P' })
  })

  it('do not change by the first quality that the player itself takes', () => {
    const { emit } = aPlayer()
    emit('definition_change', { to: { definition: '480P' } })
    expect(readPreferences().quality).toBe('')
  })

  it.each(['{', 'null', '[]', '"x"', '{"rate":16,"volume":9,"muted":"yes","quality":7}', '{"rate":"1.5","volume":null}'])(
    'ignore what is no such setting: %s',
    (stored) => {
      localStorage.setItem('luffy.player', stored)
      expect(readPreferences()).toEqual(DEFAULTS)
    },
  )
})
