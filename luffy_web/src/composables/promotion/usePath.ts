import { computed, watch, type ComputedRef } from 'vue'

import { fetchOwnProgress } from '@/api/course'
import { useLoad } from '@/composables/base/useLoad'
import { useReturn } from '@/composables/base/useReturn'
import { useSessionStore } from '@/stores/session'
import type { CoursePackage, OwnProgress } from '@/types'

interface PathState {
  /** How far the student is in a course that they bought or that a membership opened; undefined for any other, and while that is not known. */
  progressOf: (id: number) => OwnProgress | undefined
  /** Courses in which everything is done; null for who has none of them, and while that is not known. */
  finished: ComputedRef<number | null>
  /** Where to go on: the first course that is not finished, else the first one that is still to be bought. */
  next: ComputedRef<CoursePackage['courses'][number] | undefined>
}

/** How far the student is on a path. */
export function usePath(pack: () => CoursePackage): PathState {
  const session = useSessionStore()
  const ids = () => pack().courses.map(({ id }) => id)
  const { data, load, drop } = useLoad((signal) => fetchOwnProgress(ids(), signal))
  const reload = () => (session.user ? load() : Promise.resolve())
  watch(
    // What is bought meanwhile is not known yet.
    () => [session.user?.id, pack().owned, ids()].join('/'),
    () => {
      drop()
      void reload()
    },
    { immediate: true },
  )
  // Something may have been learned in another tab.
  useReturn(reload)

  const progressOf = (id: number) => data.value?.find(({ course }) => course === id)
  const isOpen = (id: number) => {
    const known = progressOf(id)
    return known !== undefined && known.total > 0 && known.percent < 100
  }
  const next = computed(() => {
    if (!data.value) return undefined
    const { courses } = pack()
    return courses.find(({ id }) => isOpen(id)) ?? courses.find(({ id }) => !progressOf(id))
  })
  const finished = computed(() => (data.value?.length ? data.value.filter(({ percent }) => percent === 100).length : null))
  return { progressOf, finished, next }
}

/** How much there is to learn on it. */
export function sizeOf({ stages }: CoursePackage): { sections: number; hours: number } {
  const courses = stages.flatMap((stage) => stage.courses)
  const seconds = courses.reduce((sum, { length }) => sum + length, 0)
  return { sections: courses.reduce((sum, { sections }) => sum + sections, 0), hours: Math.round(seconds / 3600) }
}
