/** A piece of a video in a file of its own, MPEG-TS here. */
export interface Segment {
  url: string
  /** Seconds from the start of the video. */
  start: number
  /** Seconds. */
  duration: number
  /** Whether its timestamps do not go on from those of the segment before. */
  isDiscontinuous: boolean
}

const DURATION = '#EXTINF:'

/** The segments of a media playlist in order. See RFC 8216, 4.3.2. */
export function segmentsOf(playlist: string, base: string): Segment[] {
  const segments: Segment[] = []
  let [start, duration, isDiscontinuous] = [0, 0, false]
  for (const line of playlist.split(/\r?\n/).map((text) => text.trim())) {
    if (line.startsWith(DURATION)) duration = Number.parseFloat(line.slice(DURATION.length)) || 0
    else if (line === '#EXT-X-DISCONTINUITY') isDiscontinuous = true
    else if (line && !line.startsWith('#')) {
      segments.push({ url: new URL(line, base).href, start, duration, isDiscontinuous })
      start += duration
      isDiscontinuous = false
    }
  }
  return segments
}

export const endOf = ({ start, duration }: Segment): number => start + duration

/** The index of the segment that is shown at this second; past the end, that of the last one. */
export function indexAt(segments: Segment[], second: number): number {
  const found = segments.findIndex((segment) => second < endOf(segment))
  return found < 0 ? Math.max(0, segments.length - 1) : found
}
