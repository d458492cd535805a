import { useSessionStore } from '@/stores/session'

import { isRevisit } from './revisit'
import type { Keeper } from './useLoad'

/** Answers of lists; the oldest one makes room. */
const MOST = 30
const answers = new Map<string, unknown>()
let owner: number | undefined

/**
 * Keeps the answers of a list of this name, so that who comes back to its page sees it at once, as long as it was. They
 * belong to the visitor who is logged in, or to nobody; the arguments of the request tell them apart.
 */
export function keptAnswers<Data, Args extends unknown[]>(name: string): Keeper<Data, Args> {
  const session = useSessionStore()
  const keyOf = (args: Args) => JSON.stringify([name, ...args])

  function own() {
    const visitor = session.user?.id
    if (visitor !== owner) answers.clear()
    owner = visitor
    return answers
  }

  return {
    find: (...args) => (isRevisit() ? (own().get(keyOf(args)) as Data | undefined) : undefined),
    keep(data, ...args) {
      const kept = own()
      kept.delete(keyOf(args))
      kept.set(keyOf(args), data)
      for (const key of [...kept.keys()].slice(0, -MOST)) kept.delete(key)
    },
  }
}
