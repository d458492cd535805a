import { computed, watch, type ComputedRef } from 'vue'

import { fetchCourse, fetchPreview } from '@/api/course'
import { useLoad, type Load } from '@/composables/base/useLoad'
import { useSessionStore } from '@/stores/session'
import type { CourseDetail, CoursePreview } from '@/types'

type Shown = CourseDetail & Partial<Pick<CoursePreview, 'preview_ends_at'>>

interface CourseDetailLoad extends Pick<Load<Shown>, 'error' | 'loading'> {
  course: ComputedRef<Shown | null>
  /** When the preview link ends; null for a course that is not shown by one. */
  previewEnds: ComputedRef<string | null>
  reload: Load<Shown>['load']
}

/**
 * One course as this visitor sees it; loaded again after a login or logout, because `owned` depends on the user.
 * `preview` is the token of a preview link, with which a course is seen that is not public.
 */
export function useCourseDetail(id: () => number, preview: () => string | undefined = () => undefined): CourseDetailLoad {
  const session = useSessionStore()
  const { data, error, loading, load } = useLoad((signal): Promise<Shown> => {
    const token = preview()
    return token ? fetchPreview(id(), token, signal) : fetchCourse(id(), signal)
  })
  const course = computed(() => (data.value?.id === id() ? data.value : null))
  const previewEnds = computed(() => course.value?.preview_ends_at ?? null)

  watch([id, preview, () => session.user?.id], () => load(), { immediate: true })

  return { course, previewEnds, error, loading, reload: load }
}
