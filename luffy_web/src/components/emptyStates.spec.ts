import { describe, expect, it } from 'vitest'

const sources = import.meta.glob<string>('../**/*.vue', { query: '?raw', import: 'default', eager: true })

/** `<BaseEmpty …>` with what stands in it; "" for one that is closed at once. */
function emptyStates(source: string): string[] {
  return Array.from(source.matchAll(/<BaseEmpty\b(?:[^>"]|"[^"]*")*?(?:\/>|>([\s\S]*?)<\/BaseEmpty>)/g), ([, inside]) => inside ?? '')
}

describe('an empty state', () => {
  it('has a way on, in every component', () => {
    const found = Object.entries(sources).flatMap(([path, source]) => emptyStates(source).map((inside) => ({ path, inside })))

    expect(found.length).toBeGreaterThan(10)
    expect(found.filter(({ inside }) => !/<(BaseButton|RouterLink|button|slot)\b/.test(inside))).toEqual([])
  })

  it('is found, with something in it and without', () => {
    const [bare, whole] = emptyStates('<BaseEmpty text="a > b" />\n<BaseEmpty :text="a"><RouterLink to="/">去</RouterLink></BaseEmpty>')

    expect([bare, whole]).toEqual(['', '<RouterLink to="/">去</RouterLink>'])
  })
})
