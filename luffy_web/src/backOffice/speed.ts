/** Milliseconds. */
const WINDOW = 5000
const MIN_SPAN = 500

interface Speed {
  reset: () => void
  /** Takes the number of bytes sent so far; returns bytes per second over the last five seconds. */
  add: (sent: number) => number
}

/** Measures the transfer rate; 0 until half a second has been seen. */
export function createSpeed(now: () => number = () => performance.now()): Speed {
  let samples: { at: number; sent: number }[] = []

  return {
    reset: () => (samples = []),
    add(sent) {
      const at = now()
      samples = [...samples.filter((sample) => at - sample.at <= WINDOW), { at, sent }]
      const first = samples[0] ?? { at, sent }
      return at - first.at < MIN_SPAN ? 0 : Math.max(0, ((sent - first.sent) * 1000) / (at - first.at))
    },
  }
}
