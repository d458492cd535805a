import { beforeEach, describe, expect, it, vi } from 'vitest'

import { pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

const MINUTE = 60_000
const SERVER = Date.parse('2026-11-22T09:00:00Z')

/** A page on a computer whose clock is this wrong (ms), before anything has been asked. */
async function visit(wrong: number) {
  vi.resetModules()
  vi.useFakeTimers({ now: SERVER + wrong, toFake: ['Date', 'performance'] })
  const [{ fetchCourses }, { serverNow }] = await Promise.all([import('./course'), import('./serverTime')])
  const ask = (headers: Record<string, string>) => {
    answer('get', 'course/', { data: pageOf([]), headers })
    return fetchCourses({})
  }
  return { ask, serverNow }
}

const sentAt = (time: number) => ({ Date: new Date(time).toUTCString() })

describe('the time of the server', () => {
  beforeEach(() => vi.useRealTimers())

  it.each([30 * MINUTE, 0, -30 * MINUTE])('is known after one answer on a clock that is %i ms fast', async (wrong) => {
    const { ask, serverNow } = await visit(wrong)
    await ask(sentAt(SERVER))
    expect(serverNow()).toBe(SERVER)

    vi.advanceTimersByTime(90_000)

    expect(serverNow()).toBe(SERVER + 90_000)
  })

  it('goes on when the clock of the computer is set meanwhile', async () => {
    const { ask, serverNow } = await visit(30 * MINUTE)
    await ask(sentAt(SERVER))

    vi.setSystemTime(SERVER)

    expect(serverNow()).toBe(SERVER)
  })

  it('is not put back by an answer out of a cache', async () => {
    const { ask, serverNow } = await visit(0)
    await ask(sentAt(SERVER))

    await ask(sentAt(SERVER - 10 * MINUTE))

    expect(serverNow()).toBe(SERVER)
  })

  it('catches up after a sleep in which the timers stood still', async () => {
    const { ask, serverNow } = await visit(0)
    await ask(sentAt(SERVER))

    await ask(sentAt(SERVER + 20 * MINUTE))

    expect(serverNow()).toBe(SERVER + 20 * MINUTE)
  })

  it.each<Record<string, string>>([{}, { Date: 'yesterday' }])('is the visitor\'s as long as no answer tells it: %j', async (headers) => {
    const { ask, serverNow } = await visit(5 * MINUTE)

    await ask(headers)

    expect(serverNow()).toBe(SERVER + 5 * MINUTE)
  })
})
