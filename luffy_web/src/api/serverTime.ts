/** The server's time (ms since 1970) when performance.now() was 0; null until an answer has told it. */
let origin: number | null = null

/** The latest reading is the closest one: the way and a cache only make an answer older. */
function note(sent: number, received: number): void {
  origin = Math.max(origin ?? -Infinity, sent - received)
}

/** Reads the `Date` of an answer (whole seconds, RFC 9110). */
export function readServerTime({ headers }: Response): void {
  const sent = Date.parse(headers.get('Date') ?? '')
  if (!Number.isNaN(sent)) note(sent, performance.now())
}

/**
 * Reads the time that came with the document (`Server-Timing: now`, seconds since 1970); false where the
 * browser does not tell it.
 */
export function readDocumentTime({ serverTiming, responseStart }: PerformanceNavigationTiming): boolean {
  const sent = Number(serverTiming?.find(({ name }) => name === 'now')?.description)
  if (sent > 0) note(sent * 1000, responseStart)
  return sent > 0
}

/**
 * The time (ms since 1970) to compare with times of the server, whatever the visitor's clock shows or is
 * set to meanwhile; only before the first answer it is the visitor's.
 */
export function serverNow(): number {
  return origin === null ? Date.now() : origin + performance.now()
}
