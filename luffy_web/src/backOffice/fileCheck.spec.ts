import { describe, expect, it } from 'vitest'

import { acceptOf, bytes, formatNames, objection } from './fileCheck'

const TYPES = { mp4: ['video/mp4'], flv: ['video/x-flv', 'video/flv'] }
const RULES = { types: TYPES, maxBytes: 100 * 1024 ** 2 }
const against = (name: string, size = 1000) => objection({ name, size }, RULES)

describe('objection', () => {
  it.each(['课 1.mp4', 'LESSON.MP4', 'a.b.flv'])('takes %s', (name) => expect(against(name)).toBeNull())

  it.each([
    ['笔记.pdf', 'MP4 或 FLV'],
    ['mp4', 'MP4 或 FLV'],
    ['index.m3u8', '自动生成'],
    [`${'长'.repeat(300)}.mp4`, '文件名太长'],
  ])('refuses %s', (name, words) => expect(against(name)).toContain(words))

  it('refuses an empty file', () => expect(against('a.mp4', 0)).toContain('空的'))

  it('says how large a file is and how large it may be', () => {
    expect(against('a.mp4', 150 * 1024 ** 2)).toContain('150 MB，超过了 100 MB')
  })
})

describe('the video types of the server', () => {
  it('decide which extensions are accepted', () => {
    const webm = { ...RULES, types: { webm: ['video/webm'] } }

    expect(objection({ name: 'a.webm', size: 1 }, webm)).toBeNull()
    expect(objection({ name: 'a.mp4', size: 1 }, webm)).toBe('请选择 WEBM 格式的视频。')
  })

  it('are named in the hint and accepted by the file field', () => {
    expect(formatNames(TYPES)).toBe('MP4 或 FLV')
    expect(formatNames({ mov: [], ...TYPES })).toBe('MOV、MP4 或 FLV')
    expect(acceptOf(TYPES)).toBe('.mp4,video/mp4,.flv,video/x-flv,video/flv')
  })
})

describe('bytes', () => {
  it.each([
    [512, '512 B'],
    [1536, '1.5 KB'],
    [4 * 1024 ** 3, '4.0 GB'],
  ])('writes %d as %s', (count, text) => expect(bytes(count)).toBe(text))
})
