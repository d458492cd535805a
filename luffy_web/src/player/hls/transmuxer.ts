import { FMP4Remuxer, TsDemuxer } from 'xgplayer-transmuxer'

import type { Segment } from './mediaPlaylist'

/** Bytes for the source buffer of one kind; the first ones begin with an initialization segment. */
export interface Track {
  kind: 'video' | 'audio'
  type: string
  data: Uint8Array<ArrayBuffer>
}

export interface Transmuxer {
  /** Takes the segments of one playlist; `follows` says whether the one before it came just before. */
  transmux: (segment: Segment, data: Uint8Array, follows: boolean) => Track[]
}

function joined(parts: (Uint8Array | undefined)[]): Uint8Array<ArrayBuffer> {
  const given = parts.filter((part) => part !== undefined)
  const whole = new Uint8Array(given.reduce((size, { length }) => size + length, 0))
  let at = 0
  for (const part of given) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Takes MPEG-TS with H.264 and AAC apart and makes fragmented MP4 of it, which browsers play. */
export function createTransmuxer(): Transmuxer {
  const demuxer = new TsDemuxer()
  const { videoTrack, audioTrack } = demuxer
  const remuxer = new FMP4Remuxer(videoTrack, audioTrack, {})
  let isFirst = true

  return {
    transmux(segment, data, follows) {
      const begins = isFirst || segment.isDiscontinuous
      demuxer.demuxAndFix(data, begins, follows, segment.start)
      isFirst = false
      const made = remuxer.remux(begins)
      const tracks: Track[] = [
        { kind: 'video', type: `video/mp4;codecs=${videoTrack.codec}`, data: joined([made.videoInitSegment, made.videoSegment]) },
        { kind: 'audio', type: `audio/mp4;codecs=${audioTrack.codec}`, data: joined([made.audioInitSegment, made.audioSegment]) },
      ]
      return tracks.filter((track) => track.data.length > 0)
    },
  }
}
