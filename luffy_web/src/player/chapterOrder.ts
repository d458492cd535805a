import type { Play } from '@/types'

/** In the order of their beginnings, in seconds. */
export type Chapters = Play['chapters']

/** So soon after the beginning of a chapter, the step back leads to the one before. */
const GRACE_SECONDS = 3

/** The index of the chapter that plays at a second; -1 before the first one. */
export const chapterAt = (chapters: Chapters, second: number): number =>
  chapters.filter(({ start }) => start <= second).length - 1

/** Where the chapter before (-1) or the next one (1) begins; null where there is none. */
export function neighbourOf(chapters: Chapters, second: number, step: -1 | 1): number | null {
  if (step > 0) return chapters.find(({ start }) => start > second)?.start ?? null
  return (chapters[chapterAt(chapters, second - GRACE_SECONDS)] ?? chapters[0])?.start ?? null
}
