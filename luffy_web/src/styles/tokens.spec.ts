import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

/** Vitest leaves style sheets empty. */
const read = (path: string) => new TextDecoder().decode(readFileSync(`src/${path}`))
const SHEETS = ['styles/base.css', 'styles/layout.css', 'styles/controls.css', 'styles/prose.css', 'styles/print.css', 'documents/code.css']

const tokens = read('styles/tokens.css')
const components = import.meta.glob<string>('../components/**/*.vue', { query: '?raw', import: 'default', eager: true })

/** Both values of a token: by the light, in the dark. */
function valuesOf(name: string): [string, string] {
  const found = new RegExp(`--${name}: light-dark\\((#[0-9a-f]+), (#[0-9a-f]+)\\);`).exec(tokens)
  return [found?.[1] ?? '', found?.[2] ?? '']
}

/** The relative luminance of WCAG 2. */
function luminance(colour: string): number {
  const digits = colour.slice(1)
  const whole = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits
  const parts = [0, 2, 4].map((at) => Number.parseInt(whole.slice(at, at + 2), 16) / 255)
  const [red = 0, green = 0, blue = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

const TEXTS = ['ink', 'ink-soft', 'ink-faint', 'accent', 'accent-strong', 'good']
const GROUNDS = ['paper', 'surface', 'sunken', 'accent-wash', 'good-wash']
const PAIRS = [
  ...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
  ['on-accent', 'accent'] as const,
  ['on-accent', 'accent-strong'] as const,
]

describe('the colours of the site', () => {
  it('can be read on every ground, by the light and in the dark', () => {
    const weak = PAIRS.flatMap(([text, ground]) => {
      const grounds = valuesOf(ground)
      return valuesOf(text).flatMap((value, at) => (contrast(value, grounds[at] ?? '') >= 4.5 ? [] : [`${text} on ${ground}: ${value}`]))
    })

    expect(weak).toEqual([])
  })

  it('measure contrast as WCAG does', () => {
    expect(contrast('#000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#777777', '#fff')).toBeCloseTo(4.48, 2)
  })

  /** What stands on pictures and around videos, on the white of a QR code, or is a mask, is the same in the dark. */
  const SAME_IN_THE_DARK =
    /(BaseQrCode|LayoutFooterService|LayoutLogo|SearchBoxHot|HomeBanner|CourseTrial|CoursePlayer\w*)\.vue$/

  it('are tokens, which have a value for the dark', () => {
    const styles = [
      ...SHEETS.map((path) => [path, read(path)]),
      ...Object.entries(components).map(([path, source]) => [path, /<style scoped>([\s\S]*)<\/style>/.exec(source)?.[1] ?? '']),
    ]
    const own = styles
      .filter(([path = '']) => !SAME_IN_THE_DARK.test(path))
      .flatMap(([path, text = '']) => {
        const bare = text.replace(/light-dark\([^;]*\)/g, '')
        return Array.from(bare.matchAll(/#[0-9a-f]{3,8}\b|\brgba?\([^)]*\)|:\s*(?:white|black)\b/g), ([colour]) => `${path}: ${colour}`)
      })

    expect(own).toEqual([])
  })
})
