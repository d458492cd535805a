import { afterEach, describe, expect, it } from 'vitest'

import { captionsOptions, lineAbove } from './captions'

const SUBTITLES = [
  { lang: 'zh-CN', label: '简体中文', url: '/zh.vtt' },
  { lang: 'en', label: 'English', url: '/en.vtt' },
]
const chosen = (list: { value: string; selected: boolean }[]) =>
  list.filter(({ selected }) => selected).map(({ value }) => value)

describe('captionsOptions', () => {
  afterEach(() => localStorage.clear())

  it('offers each language and none, which is what a first visit begins with', () => {
    const { captionsLanguage, captionsSize } = captionsOptions(SUBTITLES)

    expect(captionsLanguage.list.map(({ text }) => text)).toEqual(['关闭', '简体中文', 'English'])
    expect(chosen(captionsLanguage.list)).toEqual(['off'])
    expect(chosen(captionsSize.list)).toEqual(['medium'])
  })

  it('begins with what was chosen last', () => {
    localStorage.setItem('luffy.captions.language', 'en')
    localStorage.setItem('luffy.captions.size', 'large')

    const { captionsLanguage, captionsSize } = captionsOptions(SUBTITLES)

    expect(chosen(captionsLanguage.list)).toEqual(['en'])
    expect(chosen(captionsSize.list)).toEqual(['large'])
  })

  it.each(['ko', '', 'nonsense'])('begins without where the video has no "%s"', (language) => {
    localStorage.setItem('luffy.captions.language', language)

    expect(chosen(captionsOptions(SUBTITLES).captionsLanguage.list)).toEqual(['off'])
  })
})

describe('lineAbove', () => {
  it('keeps the last line of a subtitle above the bar, however small the player is', () => {
    for (const side of [180, 219, 360, 640, 1080]) {
      for (const [size, scale] of [['small', 0.75], ['medium', 1], ['large', 1.4]] as const) {
        for (const text of ['一行', '第一行\n第二行']) {
          const lines = text.split('\n').length
          const below = -lineAbove(text, side, size) - lines
          expect(below * side * 0.05 * scale * 1.4).toBeGreaterThanOrEqual(48)
        }
      }
    }
  })

  it('takes no more room than that', () => {
    expect(lineAbove('一行', 219, 'medium')).toBe(-5)
    expect(lineAbove('第一行\n第二行', 1080, 'medium')).toBe(-3)
    expect(lineAbove('一行', 0, 'medium')).toBe(-2)
  })
})
