import { describe, expect, it } from 'vitest'

import { arrangementOf, chapterChange, moveChapter, moveSection, neighbour, sectionChanges } from './arrangement'

/** `ab|c` is a chapter 1 with sections a and b, and a chapter 2 with c; ids are the letters' numbers. */
const outline = (text: string) =>
  text.split('|').map((letters, at) => ({ id: at + 1, sections: [...letters].map((letter) => ({ id: letter.charCodeAt(0) })) }))

const shown = (chapters: ReturnType<typeof outline>) =>
  chapters.map(({ sections }) => sections.map(({ id }) => String.fromCharCode(id)).join('')).join('|')

const id = (letter: string) => letter.charCodeAt(0)

describe('moveSection', () => {
  it.each([
    ['abc', 'a', { chapter: 1, at: 2 }, 'bca'],
    ['abc', 'c', { chapter: 1, at: 0 }, 'cab'],
    ['ab|c', 'a', { chapter: 2, at: 1 }, 'b|ca'],
    ['ab|', 'b', { chapter: 2, at: 0 }, 'a|b'],
    ['ab|c', 'a', { chapter: 2, at: 99 }, 'b|ca'],
    ['abc', 'b', { chapter: 1, at: -5 }, 'bac'],
  ])('%s: %s to %o is %s', (before, letter, place, after) => {
    const chapters = outline(before)

    expect(moveSection(chapters, id(letter), place)).toBe(true)
    expect(shown(chapters)).toBe(after)
  })

  it.each([
    ['b', { chapter: 1, at: 1 }],
    ['c', { chapter: 1, at: 99 }],
    ['z', { chapter: 1, at: 0 }],
    ['a', { chapter: 9, at: 0 }],
  ])('changes nothing for %s to %o', (letter, place) => {
    const chapters = outline('abc')

    expect(moveSection(chapters, id(letter), place)).toBe(false)
    expect(shown(chapters)).toBe('abc')
  })
})

describe('moveChapter', () => {
  it('moves a chapter with its sections', () => {
    const chapters = outline('ab|c|')

    expect(moveChapter(chapters, 2, 0)).toBe(true)
    expect(shown(chapters)).toBe('c|ab|')
    expect(moveChapter(chapters, 2, -1)).toBe(false)
    expect(moveChapter(chapters, 9, 1)).toBe(false)
  })
})

describe('neighbour', () => {
  it.each([
    ['ab|c', 'b', -1, { chapter: 1, at: 0 }],
    ['ab|c', 'b', 1, { chapter: 2, at: 0 }],
    ['ab|c', 'c', -1, { chapter: 1, at: 2 }],
    ['a||c', 'c', -1, { chapter: 2, at: 0 }],
    ['ab', 'a', -1, null],
    ['ab', 'b', 1, null],
    ['ab', 'z', 1, null],
  ] as const)('%s: %s by %i is %o', (text, letter, step, place) => {
    expect(neighbour(outline(text), id(letter), step)).toEqual(place)
  })
})

describe('what has changed', () => {
  it('is the order of the chapters, or nothing', () => {
    const before = arrangementOf(outline('a|b'))
    const chapters = outline('a|b')
    expect(chapterChange(before, arrangementOf(chapters))).toBeNull()

    moveChapter(chapters, 1, 1)

    expect(chapterChange(before, arrangementOf(chapters))).toEqual({ seen: [1, 2], order: [2, 1] })
  })

  it('are the chapters between which sections have moved, and no other', () => {
    const before = arrangementOf(outline('ab|c|d'))
    const chapters = outline('ab|c|d')

    moveSection(chapters, id('a'), { chapter: 2, at: 1 })

    expect(sectionChanges(before, arrangementOf(chapters))).toEqual([
      { chapter: 1, seen: [id('a'), id('b')], order: [id('b')] },
      { chapter: 2, seen: [id('c')], order: [id('c'), id('a')] },
    ])
  })
})
