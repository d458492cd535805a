import { computed, watch, type ComputedRef } from 'vue'

import { fetchCourse } from '@/api/course'
import { useLoad, type Load } from '@/composables/base/useLoad'
import { useSessionStore } from '@/stores/session'
import type { CourseDetail } from '@/types'

interface CourseDetailLoad extends Pick<Load<CourseDetail>, 'error' | 'loading'> {
  course: ComputedRef<CourseDetail | null>
  reload: Load<CourseDetail>['load']
}

/** One course as this visitor sees it; loaded again after a login or logout, because `owned` depends on the user. */
export function useCourseDetail(id: () => number): CourseDetailLoad {
  const session = useSessionStore()
  const { data, error, loading, load } = useLoad((signal) => fetchCourse(id(), signal))
  const course = computed(() => (data.value?.id === id() ? data.value : null))

  watch([id, () => session.user?.id], () => load(), { immediate: true })

  return { course, error, loading, reload: load }
}
