import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'

import { fetchPackagesOf } from '@/api/promotion'
import type { CoursePackageCard } from '@/types'

interface Shared {
  rows: ShallowRef<CoursePackageCard[]>
  users: number
}

/** What is shown of a course now: its page asks once, whoever of its parts needs the answer. */
const shown = new Map<number, Shared>()

function ask(course: number): Shared {
  const made: Shared = { rows: shallowRef([]), users: 0 }
  shown.set(course, made)
  fetchPackagesOf(course).then((rows) => {
    made.rows.value = rows
  }, () => undefined)
  return made
}

function take(course: number): Shared {
  const found = shown.get(course) ?? ask(course)
  found.users += 1
  return found
}

function release(course: number): void {
  const found = shown.get(course)
  if (!found) return
  found.users -= 1
  if (found.users === 0) shown.delete(course)
}

function useAllOf(course: () => number): ComputedRef<CoursePackageCard[]> {
  const taken = shallowRef<Shared>()
  let last: number | undefined
  const leave = () => {
    if (last !== undefined) release(last)
  }
  watch(
    course,
    (id) => {
      leave()
      last = id
      taken.value = take(id)
    },
    { immediate: true },
  )
  onScopeDispose(leave)
  return computed(() => taken.value?.rows.value ?? [])
}

/** The packages with a course that cost less than their courses alone; none while they load. */
export function usePackagesOf(course: () => number): ComputedRef<CoursePackageCard[]> {
  const all = useAllOf(course)
  return computed(() => all.value.filter(({ is_cheaper }) => is_cheaper))
}

/** The paths with a course; none while they load. */
export function usePathsOf(course: () => number): ComputedRef<CoursePackageCard[]> {
  const all = useAllOf(course)
  return computed(() => all.value.filter(({ is_path }) => is_path))
}
