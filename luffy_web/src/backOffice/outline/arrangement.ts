import type { Change } from './server'

interface Line {
  id: number
}
interface Group extends Line {
  sections: Line[]
}

/** The sections of each chapter by id, in order. */
export type Arrangement = { chapter: number; sections: number[] }[]

export interface Place {
  chapter: number
  at: number
}

export const arrangementOf = (chapters: readonly Group[]): Arrangement =>
  chapters.map(({ id, sections }) => ({ chapter: id, sections: sections.map((section) => section.id) }))

const same = (one: readonly number[], other: readonly number[]) =>
  one.length === other.length && one.every((id, at) => id === other[at])

/** Moves an item of a list; false when it is there already. */
function shift<Item>(from: Item[], at: number, to: Item[], place: number): boolean {
  const bounded = Math.max(0, Math.min(place, from === to ? to.length - 1 : to.length))
  if (at < 0 || (from === to && at === bounded)) return false
  to.splice(bounded, 0, ...from.splice(at, 1))
  return true
}

const indexOf = (lines: readonly Line[], id: number) => lines.findIndex((line) => line.id === id)

/** Moves a chapter in the list itself; false when nothing has changed. */
export const moveChapter = (chapters: Line[], id: number, at: number): boolean =>
  shift(chapters, indexOf(chapters, id), chapters, at)

/** Moves a section to a place of its chapter or of another one; false when nothing has changed. */
export function moveSection(chapters: Group[], id: number, { chapter, at }: Place): boolean {
  const from = chapters.find(({ sections }) => indexOf(sections, id) >= 0)
  const to = chapters.find((each) => each.id === chapter)
  return !!from && !!to && shift(from.sections, indexOf(from.sections, id), to.sections, at)
}

/** The place one step up (-1) or down (1): beyond the end of a chapter it is in the next one. Null at the very end. */
export function neighbour(chapters: readonly Group[], id: number, step: -1 | 1): Place | null {
  const number = chapters.findIndex(({ sections }) => indexOf(sections, id) >= 0)
  const own = chapters[number]
  if (!own) return null
  const at = indexOf(own.sections, id) + step
  if (at >= 0 && at < own.sections.length) return { chapter: own.id, at }
  const next = chapters[number + step]
  return next ? { chapter: next.id, at: step < 0 ? next.sections.length : 0 } : null
}

/** The order of the chapters, if it has changed. */
export function chapterChange(stored: Arrangement, now: Arrangement): Change | null {
  const [seen, order] = [stored, now].map((all) => all.map(({ chapter }) => chapter)) as [number[], number[]]
  return same(seen, order) ? null : { seen, order }
}

/** The chapters whose sections have changed. */
export function sectionChanges(stored: Arrangement, now: Arrangement): ({ chapter: number } & Change)[] {
  const before = new Map(stored.map(({ chapter, sections }) => [chapter, sections]))
  return now
    .map(({ chapter, sections }) => ({ chapter, seen: before.get(chapter) ?? [], order: sections }))
    .filter(({ seen, order }) => !same(seen, order))
}
