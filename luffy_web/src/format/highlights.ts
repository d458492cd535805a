export interface Piece {
  text: string
  hit: boolean
}

/**
 * Splits a text at its highlighted ranges. The server counts code points, not UTF-16 units, so an emoji
 * before a hit does not shift the highlight.
 */
export function piecesOf(text: string, ranges: number[][]): Piece[] {
  const characters = Array.from(text)
  const pieces: Piece[] = []
  let at = 0
  const push = (end: number, hit: boolean) => {
    if (end > at) pieces.push({ text: characters.slice(at, end).join(''), hit })
    at = Math.max(at, end)
  }
  const ordered = [...ranges].sort((one, other) => (one[0] ?? 0) - (other[0] ?? 0))
  for (const [start = 0, end = 0] of ordered) {
    push(Math.min(start, characters.length), false)
    push(Math.min(end, characters.length), true)
  }
  push(characters.length, false)
  return pieces
}
