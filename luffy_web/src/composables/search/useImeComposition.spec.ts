import { describe, expect, it } from 'vitest'

import { useImeComposition } from './useImeComposition'

const press = (key: string, init: KeyboardEventInit & { keyCode?: number } = {}) => new KeyboardEvent('keydown', { key, ...init })

describe('useImeComposition', () => {
  it('leaves the keys to the input method while it composes', () => {
    const { takes, busy, composing, listeners } = useImeComposition()
    expect(takes(press('Enter'))).toBe(false)

    listeners.compositionstart()
    expect([composing.value, busy(), takes(press('ArrowDown'))]).toEqual([true, true, true])
    listeners.compositionend()

    expect([composing.value, busy(), takes(press('ArrowDown'))]).toEqual([false, false, false])
  })

  it.each([{ isComposing: true }, { keyCode: 229 }])('recognizes a key of the input method by %j', (init) => {
    expect(useImeComposition().takes(press('a', init))).toBe(true)
  })

  it('takes the Enter that ends a composition in Safari for no submission, until the key is released', () => {
    const { takes, busy, listeners } = useImeComposition()
    listeners.compositionstart()
    listeners.compositionend()

    takes(press('Enter', { keyCode: 229 }))
    expect(busy()).toBe(true)
    listeners.keyup()

    expect(busy()).toBe(false)
  })
})
