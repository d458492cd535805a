import { computed, watch } from 'vue'

import { fetchChapters } from '@/api/course'

import { useLoad } from './useLoad'

export function useCourseChapters(courseId: () => number) {
  const { data, error, loading, load } = useLoad((signal) => fetchChapters(courseId(), signal))
  const chapters = computed(() => data.value ?? [])
  const sections = computed(() => chapters.value.flatMap((chapter) => chapter.coursesections))

  watch(courseId, () => load(), { immediate: true })

  return { chapters, sections, error, loading, retry: load }
}
