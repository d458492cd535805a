import { afterEach, describe, expect, it } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { aSession } from '@/testing/samples'

import { keptAnswers } from './keptAnswers'
import { setRevisit } from './revisit'

const keeper = () => run(() => keptAnswers<string, [number]>('list'))

describe('the kept answers', () => {
  afterEach(() => setRevisit(false))

  it('are found by who comes back, each by what was asked for', async () => {
    const { result } = await keeper()
    result.keep('first page', 1)
    expect(result.find(1)).toBeUndefined()

    setRevisit(true)

    expect([result.find(1), result.find(2)]).toEqual(['first page', undefined])
    const { result: other } = await run(() => keptAnswers<string, [number]>('other list'))
    expect(other.find(1)).toBeUndefined()
  })

  it('are nobody else’s', async () => {
    const { result } = await keeper()
    setRevisit(true)
    result.keep('of a visitor', 1)

    useSessionStore().start(aSession())
    expect(result.find(1)).toBeUndefined()
    result.keep('of a student', 1)
    useSessionStore().end()

    expect(result.find(1)).toBeUndefined()
  })

  it('are not more than thirty', async () => {
    const { result } = await keeper()
    setRevisit(true)

    for (let page = 1; page <= 31; page++) result.keep(`page ${page}`, page)

    expect([result.find(1), result.find(2), result.find(31)]).toEqual([undefined, 'page 2', 'page 31'])
  })
})
