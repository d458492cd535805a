import { describe, expect, it } from 'vitest'

import { levelFor, levelsOf } from './hlsLevels'

const MASTER = `#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=800000,RESOLUTION=854x480,CODECS="avc1.64001f,mp4a.40.2"
480p/index.m3u8?sign=a%2Cb

#EXT-X-STREAM-INF:BANDWIDTH=2800000,RESOLUTION=1280x720
# a comment between
720p/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=5000000,RESOLUTION=1920x1080
https://cdn.test/1080p/index.m3u8
`
const BASE = 'https://luffy.test/files/token/course/a/index.m3u8'

describe('levelsOf', () => {
  it('reads the renditions by falling bandwidth, with absolute URLs', () => {
    expect(levelsOf(MASTER, BASE)).toEqual([
      { name: '1080P', bandwidth: 5_000_000, url: 'https://cdn.test/1080p/index.m3u8' },
      { name: '720P', bandwidth: 2_800_000, url: 'https://luffy.test/files/token/course/a/720p/index.m3u8' },
      { name: '480P', bandwidth: 800_000, url: 'https://luffy.test/files/token/course/a/480p/index.m3u8?sign=a%2Cb' },
    ])
  })

  it('finds none in a media playlist', () => {
    expect(levelsOf('#EXTM3U\n#EXTINF:4,\n0.ts\n#EXT-X-ENDLIST', BASE)).toEqual([])
  })
})

describe('levelFor', () => {
  const levels = levelsOf(MASTER, BASE)
  const chosen = (speed: number, ahead: number) => levelFor(levels, speed, ahead)?.name

  it('starts with the middle level', () => expect(chosen(0, 0)).toBe('720P'))
  it('takes the best level that fits with headroom', () => expect(chosen(5_000_000, 20)).toBe('720P'))
  it('takes the highest level with much bandwidth', () => expect(chosen(9_000_000, 20)).toBe('1080P'))
  it('doubles the headroom when little is buffered', () => expect(chosen(5_000_000, 1)).toBe('480P'))
  it('takes the lowest level when none fits', () => expect(chosen(100_000, 20)).toBe('480P'))
})
