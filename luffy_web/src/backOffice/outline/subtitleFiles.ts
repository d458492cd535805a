import { stem } from '../rows'

/** What the server reads as subtitles; it looks at the content and not at the name. */
const SUFFIXES = ['srt', 'vtt', 'ass', 'ssa']
export const SUBTITLE_ACCEPT = SUFFIXES.map((suffix) => `.${suffix}`).join()
export const FIRST_LANGUAGE = 'zh-CN'

/** How programs mark the language of a file: `变量.en.srt`. */
const MARKS: Record<string, string> = {
  zh: 'zh-CN',
  chs: 'zh-CN',
  sc: 'zh-CN',
  'zh-cn': 'zh-CN',
  'zh-hans': 'zh-CN',
  cht: 'zh-TW',
  tc: 'zh-TW',
  'zh-tw': 'zh-TW',
  'zh-hk': 'zh-TW',
  'zh-hant': 'zh-TW',
  en: 'en',
  eng: 'en',
  ja: 'ja',
  jp: 'ja',
  jpn: 'ja',
  ko: 'ko',
  kor: 'ko',
}

export const isSubtitle = ({ name }: { name: string }): boolean =>
  SUFFIXES.includes(name.split('.').at(-1)?.toLowerCase() ?? '') && name.includes('.')

/** The name of the section that a file of subtitles is for, and their language. */
export function subtitleOf(filename: string): { section: string; language: string } {
  const whole = stem(filename)
  const mark = /[._-]([a-z]+(?:-[a-z]+)?)$/i.exec(whole)
  const language = MARKS[mark?.[1]?.toLowerCase() ?? '']
  return language && mark
    ? { section: whole.slice(0, mark.index).trim(), language }
    : { section: whole, language: FIRST_LANGUAGE }
}
