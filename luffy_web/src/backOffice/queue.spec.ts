import { describe, expect, it, vi } from 'vitest'

import { createQueue } from './queue'
import { createSpeed } from './speed'

describe('createQueue', () => {
  it('runs tasks in order, never more than its limit, and goes on after a failure', async () => {
    const queued = createQueue(2)
    const started: number[] = []
    const finish: ((failed?: boolean) => void)[] = []
    const task = (id: number) =>
      queued(() => {
        started.push(id)
        return new Promise<number>((resolve, reject) => {
          finish[id] = (failed = false) => (failed ? reject(new Error('failed')) : resolve(id))
        })
      })
    const [one, two, three, four] = [task(0), task(1), task(2), task(3)]
    await vi.waitFor(() => expect(started).toEqual([0, 1]))

    finish[1]?.(true)
    await expect(two).rejects.toThrow('failed')
    await vi.waitFor(() => expect(started).toEqual([0, 1, 2]))
    finish[0]?.()
    await vi.waitFor(() => expect(started).toEqual([0, 1, 2, 3]))
    finish[2]?.()
    finish[3]?.()

    expect(await Promise.all([one, three, four])).toEqual([0, 2, 3])
  })
})

describe('createSpeed', () => {
  it('measures over the last five seconds, after half a second', () => {
    let now = 0
    const speed = createSpeed(() => now)
    const at = (milliseconds: number, sent: number) => {
      now = milliseconds
      return speed.add(sent)
    }

    expect(at(0, 0)).toBe(0)
    expect(at(400, 4000)).toBe(0)
    expect(at(1000, 10_000)).toBe(10_000)
    expect(at(7000, 10_000)).toBe(0)
    speed.reset()

    expect(at(7100, 50_000)).toBe(0)
  })
})
