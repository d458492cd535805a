import { describe, expect, it, vi } from 'vitest'
import type Player from 'xgplayer'

import { showChapters } from './chapters'

const CHAPTERS = [
  { start: 0, title: '开场' },
  { start: 60, title: '<b>变量</b>' },
  { start: 300, title: '太晚' },
]

function aPlayer(duration: number) {
  const root = document.createElement('div')
  root.innerHTML = '<xg-progress><xg-outer></xg-outer></xg-progress>'
  const listeners: Record<string, () => void> = {}
  const player = {
    root,
    duration,
    seek: vi.fn(),
    on: (name: string, listener: () => void) => (listeners[name] = listener),
  }
  return { player, listeners, root }
}

const marksOf = (root: HTMLElement) => [...root.querySelectorAll<HTMLElement>('.chapter-mark')]

describe('showChapters', () => {
  it('marks what begins within the video, as soon as its length is known', () => {
    const { player, listeners, root } = aPlayer(NaN)
    showChapters(player as unknown as Player, CHAPTERS)
    expect(marksOf(root).every(({ hidden }) => hidden)).toBe(true)

    player.duration = 120
    listeners['durationchange']?.()

    const [first, second, third] = marksOf(root)
    expect([first?.hidden, second?.hidden, third?.hidden]).toEqual([true, false, true])
    expect(second?.style.insetInlineStart).toBe('50%')
    expect(second?.getAttribute('aria-label')).toBe('跳到 01:00 <b>变量</b>')
    expect(second?.children).toHaveLength(0)
  })

  it('seeks to the beginning of a chapter, which the bar does not hear of', () => {
    const { player, root } = aPlayer(120)
    const heard = vi.fn()
    root.addEventListener('mousedown', heard)
    root.addEventListener('click', heard)
    showChapters(player as unknown as Player, CHAPTERS)

    const press = new MouseEvent('mousedown', { bubbles: true, cancelable: true })
    marksOf(root)[1]?.dispatchEvent(press)
    // The player keeps the focus, and so its keys
    expect(press.defaultPrevented).toBe(true)
    marksOf(root)[1]?.click()

    expect(player.seek).toHaveBeenCalledWith(60)
    expect(heard).not.toHaveBeenCalled()
  })
})
