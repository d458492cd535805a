import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'

import { run } from '@/testing/mounting'

import { inOwnTask } from './inOwnTask'
import { useTurns } from './useTurns'

const nextTask = () => vi.advanceTimersToNextTimer()

describe('work in tasks of its own', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.runAllTimers())

  it('is done one after the other, in order', () => {
    const done: string[] = []
    inOwnTask(() => {
      done.push('first')
      inOwnTask(() => done.push('third'))
    })
    inOwnTask(() => done.push('second'))

    const seen = Array.from({ length: 3 }, () => {
      nextTask()
      return [...done]
    })

    expect(seen).toEqual([['first'], ['first', 'second'], ['first', 'second', 'third']])
  })

  it('goes on when a piece fails', () => {
    const last = vi.fn()
    inOwnTask(() => {
      throw new Error('broken')
    })
    inOwnTask(last)

    expect(nextTask).toThrow('broken')
    nextTask()

    expect(last).toHaveBeenCalledOnce()
  })
})

describe('useTurns', () => {
  beforeEach(() => vi.useFakeTimers())

  it('reaches all parts, some more in each task', async () => {
    const count = ref(0)
    const { result: reached } = await run(() => useTurns(() => count.value, 4))
    count.value = 10

    const seen = []
    for (let task = 0; task < 4; task++) {
      await nextTick()
      seen.push(reached.value)
      vi.runOnlyPendingTimers()
    }

    expect(seen).toEqual([4, 8, 12, 12])
  })
})
