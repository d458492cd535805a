import { computed, watch } from 'vue'

import { fetchCourse } from '@/api/course'
import { useSessionStore } from '@/stores/session'

import { useLoad } from './useLoad'

/** One course as this visitor sees it; asked again when somebody logs in or out, for `owned` changes. */
export function useCourseDetail(id: () => number) {
  const session = useSessionStore()
  const { data, error, loading, load } = useLoad((signal) => fetchCourse(id(), signal))
  const course = computed(() => (data.value?.id === id() ? data.value : null))

  watch([id, () => session.user?.id], () => load(), { immediate: true })

  return { course, error, loading, reload: load }
}
