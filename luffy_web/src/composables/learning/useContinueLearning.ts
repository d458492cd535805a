import { computed, watch, type ComputedRef } from 'vue'

import { fetchMyCourses } from '@/api/course'
import { useLoad } from '@/composables/base/useLoad'
import { useSessionStore } from '@/stores/session'
import { storageOf } from '@/stores/storage'
import type { MyCourse } from '@/types'

/** As many as one row has. */
const COURSES = 3
/** Whether there was something last time, so that its place is kept while it is loaded. */
const KEY = 'luffy.continue'

interface ContinueLearning {
  /** Those that the student learned last and has not finished. */
  courses: ComputedRef<MyCourse[]>
  /** There will probably be some. */
  isExpected: ComputedRef<boolean>
}

/** Where the student goes on, for the home page. */
export function useContinueLearning(): ContinueLearning {
  const session = useSessionStore()
  const storage = storageOf('localStorage')
  const { data, loading, load, drop } = useLoad(async (signal): Promise<MyCourse[]> => {
    const query = { state: 'unfinished', ordering: 'latest', page: 1, page_size: COURSES } as const
    const { results } = await fetchMyCourses(query, signal)
    const begun = results.filter(({ progress }) => progress.section_id !== null)
    storage.setItem(KEY, begun.length > 0 ? '1' : '')
    return begun
  })
  watch(
    () => session.user?.id,
    (id) => {
      if (id === undefined) drop()
      else void load()
    },
    { immediate: true },
  )
  return {
    courses: computed(() => data.value ?? []),
    isExpected: computed(() => session.isLoggedIn && loading.value && storage.getItem(KEY) === '1'),
  }
}
