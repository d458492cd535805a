/** The server's time (ms since 1970) when performance.now() was 0; null until an answer has told it. */
let origin: number | null = null

/**
 * Reads the `Date` of an answer (whole seconds, RFC 9110). The latest reading is the closest one: the way
 * and a cache only make an answer older.
 */
export function readServerTime({ headers }: Response): void {
  const sent = Date.parse(headers.get('Date') ?? '')
  if (Number.isNaN(sent)) return
  origin = Math.max(origin ?? -Infinity, sent - performance.now())
}

/**
 * The time (ms since 1970) to compare with times of the server, whatever the visitor's clock shows or is
 * set to meanwhile; only before the first answer it is the visitor's.
 */
export function serverNow(): number {
  return origin === null ? Date.now() : origin + performance.now()
}
