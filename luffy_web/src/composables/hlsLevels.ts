/** One quality of an HLS film. */
export interface HlsLevel {
  url: string
  /** What the quality menu calls it: 720P. */
  name: string
  /** Bits per second that it needs. */
  bandwidth: number
}

const STREAM = /^#EXT-X-STREAM-INF:(.*)$/
/** Room to breathe: a line must carry half as much again as the film needs. */
const HEADROOM = 1.5
/** Seconds of film in hand below which a quality is given up at once. */
const TIGHT = 4

function attributesOf(text: string): Map<string, string> {
  const pairs = text.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,]*)/g)
  return new Map([...pairs].map(([, key = '', value = '']) => [key, value.replaceAll('"', '')]))
}

function levelOf(text: string, address: string, base: string): HlsLevel {
  const attributes = attributesOf(text)
  const bandwidth = Number(attributes.get('AVERAGE-BANDWIDTH') ?? attributes.get('BANDWIDTH')) || 0
  const height = attributes.get('RESOLUTION')?.split('x')[1]
  const name = height ? `${height}P` : attributes.get('NAME') || `${Math.round(bandwidth / 1000)}K`
  return { url: new URL(address, base).href, name, bandwidth }
}

/** The qualities of a master playlist, the best first; none for a playlist of segments. */
export function levelsOf(playlist: string, base: string): HlsLevel[] {
  const lines = playlist.split(/\r?\n/).map((line) => line.trim()).filter(Boolean)
  const levels = lines.flatMap((line, at) => {
    const attributes = STREAM.exec(line)?.[1]
    const address = lines.slice(at + 1).find((next) => !next.startsWith('#'))
    return attributes !== undefined && address ? [levelOf(attributes, address, base)] : []
  })
  const named = new Map(levels.map((level) => [level.name, level]))
  return [...named.values()].sort((one, other) => other.bandwidth - one.bandwidth)
}

/**
 * The quality for this line: the best that it carries with some room, the lowest when it carries none.
 * `speed` in bits per second, 0 while nothing is known; `ahead` are the seconds in hand.
 */
export function levelFor(levels: HlsLevel[], speed: number, ahead: number): HlsLevel | undefined {
  if (speed <= 0) return levels[Math.floor(levels.length / 2)]
  const room = ahead < TIGHT ? HEADROOM * 2 : HEADROOM
  return levels.find(({ bandwidth }) => bandwidth * room <= speed) ?? levels.at(-1)
}

/** Reads the playlist behind an address; a playlist that cannot be read has no qualities. */
export async function fetchLevels(url: string): Promise<HlsLevel[]> {
  try {
    const answer = await fetch(url)
    return answer.ok ? levelsOf(await answer.text(), answer.url || new URL(url, location.href).href) : []
  } catch {
    return []
  }
}
