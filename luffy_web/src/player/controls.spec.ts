import type Player from 'xgplayer'
import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/dom'
import { describe, expect, it, vi } from 'vitest'

import { nameControls } from './controls'

const BAR = `
  <xg-start class="xgplayer-start"></xg-start>
  <xg-progress class="xgplayer-progress"></xg-progress>
  <xg-icon class="xgplayer-play"></xg-icon>
  <xg-icon class="xgplayer-volume"><div class="xgplayer-icon"></div><div class="xgplayer-slider"></div></xg-icon>
  <xg-icon class="xgplayer-playbackrate"><div class="xgplayer-icon"></div><ul><li>2x</li><li class="selected">1x</li><li>0.5x</li></ul></xg-icon>
  <xg-icon class="xgplayer-fullscreen"></xg-icon>`

function aPlayer() {
  const root = document.createElement('div')
  root.innerHTML = BAR
  document.body.append(root)
  const menu = {
    root: root.querySelector('.xgplayer-playbackrate'),
    isActive: false,
    toggle(open: boolean) {
      menu.isActive = open
    },
  }
  const player = {
    ...{ root, paused: true, muted: false, volume: 0.5, currentTime: 65, duration: 600, fullscreen: false },
    ...{ on: vi.fn(), focus: vi.fn(), seek: vi.fn() },
    getPlugin: (name: string) => (name === 'playbackRate' ? menu : null),
  }
  return { player, root, menu, controls: nameControls(player as unknown as Player) }
}

describe('nameControls', () => {
  it('gives every control a role, a name and a place in the order of focus', () => {
    aPlayer()
    for (const name of ['播放视频', '播放', '静音', '倍速：1x', '全屏']) {
      expect(screen.getByRole('button', { name })).toHaveAttribute('tabindex', '0')
    }
    expect(screen.getByRole('slider', { name: '播放进度' })).toHaveAttribute('aria-valuetext', '1 分 5 秒，共 10 分 0 秒')
    expect(screen.getByRole('slider', { name: '音量' })).toHaveAttribute('aria-valuetext', '50%')
  })

  it('presses a button with Enter and with the space bar', async () => {
    const clicks = vi.fn()
    const { root } = aPlayer()
    root.querySelector('.xgplayer-play')?.addEventListener('click', clicks)
    screen.getByRole('button', { name: '播放' }).focus()

    await userEvent.keyboard('{Enter}')
    await userEvent.keyboard(' ')

    expect(clicks).toHaveBeenCalledTimes(2)
  })

  it('moves the sliders with the arrow keys, and not beyond their ends', async () => {
    const { player } = aPlayer()
    screen.getByRole('slider', { name: '播放进度' }).focus()
    await userEvent.keyboard('{ArrowRight}{ArrowLeft}{End}{Home}')
    expect(player.seek.mock.calls).toEqual([[70], [60], [600], [0]])

    screen.getByRole('slider', { name: '音量' }).focus()
    await userEvent.keyboard('{End}{ArrowUp}')
    expect(player.volume).toBe(1)
    await userEvent.keyboard('{Home}')
    expect([player.volume, player.muted]).toEqual([0, true])
  })

  it('opens a menu at what is chosen, chooses, and comes back to its button', async () => {
    const { root, menu } = aPlayer()
    const chosen = vi.fn()
    root.querySelectorAll('li')[2]?.addEventListener('click', chosen)
    const button = screen.getByRole('button', { name: '倍速：1x' })
    button.focus()

    await userEvent.keyboard('{Enter}')
    expect(menu.isActive).toBe(true)
    expect(screen.getByRole('menuitemradio', { name: '1x' })).toHaveFocus()
    await userEvent.keyboard('{ArrowDown}{Enter}')

    expect(chosen).toHaveBeenCalledOnce()
    expect(menu.isActive).toBe(false)
    expect(button).toHaveFocus()
  })

  it('leaves a menu with Escape, and other keys to the page', async () => {
    const { menu } = aPlayer()
    const seen = vi.fn()
    document.body.addEventListener('keydown', (event) => seen(event.key, event.defaultPrevented), { once: false })
    screen.getByRole('button', { name: '倍速：1x' }).focus()
    await userEvent.keyboard('{Enter}{Escape}f')
    expect(menu.isActive).toBe(false)
    expect(seen).toHaveBeenLastCalledWith('f', false)
  })

  it('keeps the bar for a control that has the focus, not for the player itself', () => {
    const { root, player } = aPlayer()
    root.tabIndex = -1

    root.focus()
    expect(player.focus).not.toHaveBeenCalled()
    screen.getByRole('button', { name: '倍速：1x' }).focus()
    expect(player.focus).toHaveBeenCalledWith({ autoHide: false })
  })

  it('names what the player draws later', async () => {
    const { root } = aPlayer()
    root.insertAdjacentHTML('beforeend', '<xg-icon class="xgplayer-pip"></xg-icon>')
    expect(await screen.findByRole('button', { name: '画中画' })).toBeInTheDocument()
  })
})
