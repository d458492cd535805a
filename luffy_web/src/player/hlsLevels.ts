/** One rendition of an HLS video. */
export interface HlsLevel {
  url: string
  /** Label in the quality menu, such as 720P. */
  name: string
  /** Required bits per second. */
  bandwidth: number
}

const STREAM = /^#EXT-X-STREAM-INF:(.*)$/
/** The measured bandwidth must exceed what the video needs by this factor. */
const HEADROOM = 1.5
/** Seconds of buffered video below which the headroom is doubled. */
const LOW_BUFFER_SECONDS = 4

function attributesOf(text: string): Map<string, string> {
  const pairs = text.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,]*)/g)
  return new Map([...pairs].map(([, key = '', value = '']) => [key, value.replaceAll('"', '')]))
}

function levelOf(text: string, uri: string, base: string): HlsLevel {
  const attributes = attributesOf(text)
  const bandwidth = Number(attributes.get('AVERAGE-BANDWIDTH') ?? attributes.get('BANDWIDTH')) || 0
  const height = attributes.get('RESOLUTION')?.split('x')[1]
  const name = height ? `${height}P` : attributes.get('NAME') || `${Math.round(bandwidth / 1000)}K`
  return { url: new URL(uri, base).href, name, bandwidth }
}

/** The renditions of a master playlist by falling bandwidth; empty for a media playlist. See RFC 8216, 4.3.4.2. */
export function levelsOf(playlist: string, base: string): HlsLevel[] {
  const lines = playlist.split(/\r?\n/).map((line) => line.trim()).filter(Boolean)
  const levels = lines.flatMap((line, at) => {
    const attributes = STREAM.exec(line)?.[1]
    const uri = lines.slice(at + 1).find((next) => !next.startsWith('#'))
    return attributes !== undefined && uri ? [levelOf(attributes, uri, base)] : []
  })
  const named = new Map(levels.map((level) => [level.name, level]))
  return [...named.values()].sort((one, other) => other.bandwidth - one.bandwidth)
}

/**
 * The best level for a bandwidth, with some headroom; the lowest when none fits.
 * `speed` in bits per second, 0 while it is unknown (then the middle level); `ahead` in buffered seconds.
 */
export function levelFor(levels: HlsLevel[], speed: number, ahead: number): HlsLevel | undefined {
  if (speed <= 0) return levels[Math.floor(levels.length / 2)]
  const headroom = ahead < LOW_BUFFER_SECONDS ? HEADROOM * 2 : HEADROOM
  return levels.find(({ bandwidth }) => bandwidth * headroom <= speed) ?? levels.at(-1)
}

/** Fetches a playlist and returns its levels; empty when it cannot be read. */
export async function fetchLevels(url: string): Promise<HlsLevel[]> {
  try {
    const response = await fetch(url)
    return response.ok ? levelsOf(await response.text(), response.url || new URL(url, location.href).href) : []
  } catch {
    return []
  }
}
