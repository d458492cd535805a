import { describe, expect, it } from 'vitest'

import { isSubtitle, subtitleOf } from './subtitleFiles'

describe('subtitleOf', () => {
  it.each([
    ['变量.srt', '变量', 'zh-CN'],
    ['变量.en.srt', '变量', 'en'],
    ['变量.zh-TW.vtt', '变量', 'zh-TW'],
    ['变量_chs.ass', '变量', 'zh-CN'],
    ['第 1.2 课.srt', '第 1.2 课', 'zh-CN'],
    ['Vue.js.srt', 'Vue.js', 'zh-CN'],
    ['en.srt', 'en', 'zh-CN'],
  ])('reads %s', (name, section, language) => expect(subtitleOf(name)).toEqual({ section, language }))
})

describe('isSubtitle', () => {
  it.each(['a.srt', 'A.VTT', 'a.en.ass'])('knows %s', (name) => expect(isSubtitle({ name })).toBe(true))

  it.each(['a.mp4', 'srt', 'a.srt.mp4'])('leaves %s', (name) => expect(isSubtitle({ name })).toBe(false))
})
