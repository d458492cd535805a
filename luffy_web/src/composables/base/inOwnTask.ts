const waiting: (() => void)[] = []

function runFirst(): void {
  try {
    waiting[0]?.()
  } finally {
    waiting.shift()
    if (waiting.length > 0) setTimeout(runFirst)
  }
}

/**
 * Runs each piece of work in a task of its own, one after the other: between two of them the browser paints
 * and answers the visitor. A slow phone would else stand still until all of a page is rendered.
 */
export function inOwnTask(work: () => void): void {
  if (waiting.push(work) === 1) setTimeout(runFirst)
}
