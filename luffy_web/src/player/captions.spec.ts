import { afterEach, describe, expect, it } from 'vitest'

import { captionsOptions } from './captions'

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
