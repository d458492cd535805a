import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { createTransmuxer } from './transmuxer'

const FOLDER = '../luffy_api/apps/home/demo/assets/video/hls'
const bytesOf = (part: number) => new Uint8Array(readFileSync(`${FOLDER}/part${part}.ts`))
const segment = (part: number) => ({ url: '', start: 6 * part, duration: 6, isDiscontinuous: false })
const boxOf = (data: Uint8Array) => new TextDecoder('latin1').decode(data.subarray(4, 8))

describe('the transmuxer', () => {
  it('makes MP4 of the demo lesson, whose first bytes describe it', () => {
    const { transmux } = createTransmuxer()

    const first = transmux(segment(1), bytesOf(1), false)
    const second = transmux(segment(2), bytesOf(2), true)

    expect(first.map(({ kind, type }) => [kind, type])).toEqual([
      ['video', expect.stringMatching(/^video\/mp4;codecs=avc1\.[0-9a-f]{6}$/)],
      ['audio', expect.stringMatching(/^audio\/mp4;codecs=mp4a\.40\.[25]$/)],
    ])
    expect(first.map(({ data }) => boxOf(data))).toEqual(['ftyp', 'ftyp'])
    expect(second.map(({ data }) => boxOf(data))).toEqual(['moof', 'moof'])
  })

  it('refuses what is no MPEG-TS', () => {
    expect(() => createTransmuxer().transmux(segment(0), new TextEncoder().encode('<html>'.repeat(99)), false)).toThrow()
  })
})
