import { computed, watch, type ComputedRef } from 'vue'

import { fetchChapters, fetchPreviewChapters } from '@/api/course'
import { useLoad, type Load } from '@/composables/base/useLoad'
import type { Chapter, Section } from '@/types'

interface CourseChapters extends Pick<Load<Chapter[]>, 'error' | 'loading'> {
  chapters: ComputedRef<Chapter[]>
  /** The sections of all chapters, in order. */
  sections: ComputedRef<Section[]>
  retry: Load<Chapter[]>['load']
}

/** The outline of a course; `preview` is the token of a preview link. */
export function useCourseChapters(
  courseId: () => number,
  preview: () => string | undefined = () => undefined,
): CourseChapters {
  const { data, error, loading, load } = useLoad((signal) => {
    const token = preview()
    return token ? fetchPreviewChapters(courseId(), token, signal) : fetchChapters(courseId(), signal)
  })
  const chapters = computed(() => data.value ?? [])
  const sections = computed(() => chapters.value.flatMap((chapter) => chapter.coursesections))

  watch(courseId, () => load(), { immediate: true })

  return { chapters, sections, error, loading, retry: load }
}
