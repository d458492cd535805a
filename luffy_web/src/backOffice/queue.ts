/** Runs tasks in their order, no more than `most` of them at the same time. */
export function createQueue(most: number) {
  const waiting: (() => void)[] = []
  let running = 0

  return async function queued<Result>(task: () => Promise<Result>): Promise<Result> {
    if (running >= most) await new Promise<void>((turn) => waiting.push(turn))
    else running += 1
    try {
      return await task()
    } finally {
      const turn = waiting.shift()
      if (turn) turn()
      else running -= 1
    }
  }
}
