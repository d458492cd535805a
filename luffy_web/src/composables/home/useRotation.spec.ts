import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'

import { run } from '@/testing/mounting'

import { useRotation } from './useRotation'

const reducedMotion = vi.hoisted(() => ({ value: 'no-preference' }))
vi.mock('@vueuse/core', async (original) => ({
  ...(await original<object>()),
  usePreferredReducedMotion: () => reducedMotion,
}))

describe('useRotation', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    reducedMotion.value = 'no-preference'
  })

  async function rotating(slides = 3) {
    const count = ref(slides)
    const paused = ref(false)
    const { result } = await run(() => useRotation(() => count.value, () => paused.value))
    return { ...result, count, paused }
  }
  const pass = async (seconds: number) => {
    await nextTick()
    await vi.advanceTimersByTimeAsync(seconds * 1000)
  }

  it('shows each slide for six seconds, and starts again after the last', async () => {
    const { current } = await rotating()
    const shown = []

    for (let n = 0; n < 4; n++) {
      shown.push(current.value)
      await pass(6)
    }

    expect(shown).toEqual([0, 1, 2, 0])
  })

  it('gives a slide that was chosen its whole time', async () => {
    const { current, go } = await rotating()
    await pass(5)

    go(2)
    await pass(5)
    expect(current.value).toBe(2)
    go(-1)

    expect(current.value).toBe(2)
  })

  it('stands still while it is paused or stopped', async () => {
    const { current, paused, stopped } = await rotating()

    paused.value = true
    await pass(10)
    paused.value = false
    stopped.value = true
    await pass(10)
    expect(current.value).toBe(0)
    stopped.value = false
    await pass(6)

    expect(current.value).toBe(1)
  })

  it('never moves by itself with reduced motion, or with one slide', async () => {
    const { current: single } = await rotating(1)
    reducedMotion.value = 'reduce'
    const { current: still } = await rotating()

    await pass(10)

    expect([single.value, still.value]).toEqual([0, 0])
  })

  it('starts with the first slide when their number changes', async () => {
    const { current, go, count } = await rotating()
    go(2)

    count.value = 2
    await nextTick()

    expect(current.value).toBe(0)
  })
})
