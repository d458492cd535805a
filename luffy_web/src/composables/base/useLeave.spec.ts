import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { useLeave } from './useLeave'

const assign = vi.fn()

describe('useLeave', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('location', { assign })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('waits until the browser shows this page again', async () => {
    const back = vi.fn()
    void useLeave().leaveFor('/cashier/1').then(back)
    expect(assign).toHaveBeenCalledWith('/cashier/1')

    await vi.advanceTimersByTimeAsync(15_000)
    expect(back).not.toHaveBeenCalled()
    window.dispatchEvent(new Event('pageshow'))
    await vi.advanceTimersByTimeAsync(0)

    expect(back).toHaveBeenCalledExactlyOnceWith(true)
  })

  it('does not wait for ever for a site that does not open', async () => {
    const back = vi.fn()
    void useLeave().leaveFor('/cashier/1').then(back)

    await vi.advanceTimersByTimeAsync(20_000)

    expect(back).toHaveBeenCalledOnce()
  })
})
