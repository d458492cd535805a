import type { RouteLocationRaw } from 'vue-router'

import { CourseKind } from '@/types'

const NAMES: Record<number, string> = {
  [CourseKind.Free]: 'free-course',
  [CourseKind.Actual]: 'actual-course',
  [CourseKind.Light]: 'light-course',
}

/** The list of the courses of a kind, or of those of them in one category. */
export const listOf = (kind: number, category?: number): RouteLocationRaw => ({
  name: NAMES[kind] ?? 'home',
  query: category ? { category } : {},
})
