import { afterEach, describe, expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'

import { useSinglePlayback } from './useSinglePlayback'

describe('useSinglePlayback', () => {
  const unmounts: (() => void)[] = []
  afterEach(() => unmounts.splice(0).forEach((unmount) => unmount()))

  async function page() {
    const stop = vi.fn()
    const { result, unmount } = await run(() => useSinglePlayback(stop))
    unmounts.push(unmount)
    return { stop, claim: result.claim }
  }

  it('stops every other page when one starts to play, also when it starts again', async () => {
    const [one, other] = [await page(), await page()]

    one.claim()
    await vi.waitFor(() => expect(other.stop).toHaveBeenCalledTimes(1))
    one.claim()
    await vi.waitFor(() => expect(other.stop).toHaveBeenCalledTimes(2))

    expect(one.stop).not.toHaveBeenCalled()
  })
})
