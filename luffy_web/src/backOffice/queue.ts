type Queue = <Result>(task: () => Promise<Result>) => Promise<Result>

/** Runs tasks in order, at most `limit` at the same time. */
export function createQueue(limit: number): Queue {
  const waiting: (() => void)[] = []
  let running = 0

  return async function queued<Result>(task: () => Promise<Result>): Promise<Result> {
    if (running >= limit) await new Promise<void>((turn) => waiting.push(turn))
    else running += 1
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
