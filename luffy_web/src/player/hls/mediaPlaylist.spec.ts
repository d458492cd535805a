import { describe, expect, it } from 'vitest'

import { indexAt, segmentsOf } from './mediaPlaylist'

const PLAYLIST = `#EXTM3U
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:0
#EXTINF:6.000000,
0.ts?sign=a%2Cb
#EXTINF:5.5,a title
# a comment

#EXT-X-DISCONTINUITY
https://cdn.test/1.ts
#EXTINF:nonsense
2.ts
#EXT-X-ENDLIST
`
const segments = segmentsOf(PLAYLIST.replaceAll('\n', '\r\n'), 'https://luffy.test/files/token/index.m3u8')

describe('segmentsOf', () => {
  it('reads addresses and times', () => {
    expect(segments).toEqual([
      { url: 'https://luffy.test/files/token/0.ts?sign=a%2Cb', start: 0, duration: 6, isDiscontinuous: false },
      { url: 'https://cdn.test/1.ts', start: 6, duration: 5.5, isDiscontinuous: true },
      { url: 'https://luffy.test/files/token/2.ts', start: 11.5, duration: 0, isDiscontinuous: false },
    ])
  })
})

describe('indexAt', () => {
  it.each([
    [0, 0],
    [5.99, 0],
    [6, 1],
    [600, 2],
  ])('finds what is shown at second %d', (second, index) => {
    expect(indexAt(segments, second)).toBe(index)
  })
})
