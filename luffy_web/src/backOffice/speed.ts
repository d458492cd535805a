const WINDOW = 5000

/** Bytes per second over the last five seconds. */
export function createSpeed(now: () => number = () => performance.now()) {
  let seen: { at: number; sent: number }[] = []

  return {
    reset: () => (seen = []),
    /** Told how many bytes are up in all; answers how fast they go. */
    add(sent: number): number {
      const at = now()
      seen = [...seen.filter((sample) => at - sample.at <= WINDOW), { at, sent }]
      const first = seen[0] ?? { at, sent }
      return at - first.at < 500 ? 0 : Math.max(0, ((sent - first.sent) * 1000) / (at - first.at))
    },
  }
}
