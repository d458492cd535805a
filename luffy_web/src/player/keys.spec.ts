import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { playerKey } from './keys'

const PAGE = `
  <main tabindex="-1"><div id="player"><div id="stage" tabindex="0"></div><button id="over"></button></div></main>
  <input id="field"><a id="link" href="/"></a><p id="text" tabindex="-1"></p>
  <div role="dialog"><p id="said" tabindex="-1"></p></div>`

describe('playerKey', () => {
  beforeEach(() => (document.body.innerHTML = PAGE))
  afterEach(() => (document.body.innerHTML = ''))

  function pressed(key: string, at: string, extra: KeyboardEventInit = {}) {
    const player = document.querySelector<HTMLElement>('#player')
    const target = document.querySelector(at)
    if (!player || !target) throw new Error(at)
    const event = new KeyboardEvent('keydown', { key, bubbles: true, ...extra })
    let found: ReturnType<typeof playerKey> = null
    document.addEventListener('keydown', (heard) => (found = playerKey(heard, player)), { once: true })
    target.dispatchEvent(event)
    return found
  }

  it.each([
    [' ', 'toggle'],
    ['ArrowLeft', 'back'],
    ['ArrowRight', 'forward'],
    ['[', 'chapterBack'],
    ['ArrowUp', 'louder'],
    ['F', 'fullscreen'],
    ['m', 'mute'],
  ])('knows %j in the player', (key, action) => expect(pressed(key, '#stage')).toBe(action))

  it.each(['#field', '#link', '#over', '#said'])('leaves the space bar to %s', (at) => {
    expect(pressed(' ', at)).toBeNull()
  })

  it('plays and pauses from the page, but leaves the arrow keys to scrolling', () => {
    expect(pressed(' ', 'body')).toBe('toggle')
    expect(pressed(' ', 'main')).toBe('toggle')
    expect(pressed(' ', '#text')).toBeNull()
    expect(pressed('ArrowDown', 'body')).toBeNull()
  })

  it('ignores shortcuts of the browser', () => {
    expect(pressed('f', 'body', { ctrlKey: true })).toBeNull()
  })
})
