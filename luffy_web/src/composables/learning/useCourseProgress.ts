import { computed, watch, type ComputedRef, type Ref } from 'vue'

import { fetchCourseProgress } from '@/api/course'
import { useLoad } from '@/composables/base/useLoad'
import type { OutlineProgress, SectionStanding } from '@/types'

export interface CourseProgressState {
  /** Null until it is known, and where none is kept. */
  progress: Ref<OutlineProgress | null>
  /** The sections that were begun, by id. */
  standings: ComputedRef<ReadonlyMap<number, SectionStanding>>
  /** The section in which the student was last, as soon as it is known. */
  lastSection: () => Promise<number | null>
  reload: () => void
}

/** How far the student is in one course. A server that cannot say it keeps nobody from learning. */
export function useCourseProgress(courseId: () => number, isKept: () => boolean): CourseProgressState {
  const { data, load, drop } = useLoad((signal) => fetchCourseProgress(courseId(), signal))
  let current: Promise<void> | undefined

  function reload() {
    if (isKept()) current = load()
    else drop()
  }
  watch(isKept, reload, { immediate: true })

  async function lastSection() {
    if (!isKept()) return null
    current ??= load()
    await current
    return data.value?.course.section_id ?? null
  }

  const standings = computed(() => new Map(data.value?.sections.map((each) => [each.id, each])))
  return { progress: data, standings, lastSection, reload }
}
