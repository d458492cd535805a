import { beforeEach, describe, expect, it, vi } from 'vitest'

import { untilHigh } from './untilHigh'

describe('untilHigh', () => {
  let grow: (to: number) => void

  beforeEach(() => {
    vi.useFakeTimers()
    let height = 1000
    const told: (() => void)[] = []
    vi.spyOn(document.documentElement, 'scrollHeight', 'get').mockImplementation(() => height)
    vi.stubGlobal('innerHeight', 800)
    vi.stubGlobal(
      'ResizeObserver',
      class {
        constructor(tell: () => void) {
          told.push(tell)
        }
        observe = vi.fn()
        disconnect = vi.fn()
      },
    )
    grow = (to) => {
      height = to
      told.forEach((tell) => tell())
    }
  })

  it('does not wait for what is there', async () => {
    expect(await untilHigh(200)).toBe(true)
  })

  it('waits for the height that the page had', async () => {
    const settled = vi.fn()
    void untilHigh(150, 1048).then(settled)

    grow(1000)
    await vi.advanceTimersByTimeAsync(200)
    expect(settled).not.toHaveBeenCalled()
    grow(1048)
    await vi.advanceTimersByTimeAsync(10)
    expect(settled).toHaveBeenCalledWith(true)
  })

  it('takes another height that stays', async () => {
    const settled = vi.fn()
    void untilHigh(150, 1500).then(settled)

    grow(1100)
    await vi.advanceTimersByTimeAsync(310)
    expect(settled).toHaveBeenCalledWith(true)
  })

  it('waits until the page has grown', async () => {
    const settled = vi.fn()
    void untilHigh(650).then(settled)

    grow(1400)
    await vi.advanceTimersByTimeAsync(10)
    expect(settled).not.toHaveBeenCalled()
    grow(1450)
    await vi.advanceTimersByTimeAsync(10)

    expect(settled).toHaveBeenCalledExactlyOnceWith(true)
  })

  it('goes as far as there is after three seconds', async () => {
    const settled = vi.fn()
    void untilHigh(650).then(settled)

    await vi.advanceTimersByTimeAsync(3000)

    expect(settled).toHaveBeenCalledExactlyOnceWith(true)
  })

  it('leaves a visitor alone who scrolls', async () => {
    const settled = vi.fn()
    void untilHigh(650).then(settled)

    window.dispatchEvent(new Event('touchstart'))
    grow(2000)
    await vi.advanceTimersByTimeAsync(10)

    expect(settled).toHaveBeenCalledExactlyOnceWith(false)
  })
})
