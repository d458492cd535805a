import { computed, watch, type ComputedRef, type Ref } from 'vue'
import { useRouter } from 'vue-router'

import type { ApiError } from '@/api/errors'
import { useCourseChapters } from '@/composables/course/useCourseChapters'
import { useCourseDetail } from '@/composables/course/useCourseDetail'
import { SectionType, type Chapter, type CourseDetail, type Section } from '@/types'

import { useCourseProgress, type CourseProgressState } from './useCourseProgress'

interface Learn extends Pick<CourseProgressState, 'progress' | 'standings'> {
  course: ComputedRef<CourseDetail | null>
  chapters: ComputedRef<Chapter[]>
  section: ComputedRef<Section | undefined>
  /** The sections before and after `section`. */
  previous: ComputedRef<Section | undefined>
  next: ComputedRef<Section | undefined>
  /** Whether what the student does here is kept. */
  isKept: ComputedRef<boolean>
  /** A section counts as done from now on. */
  refreshProgress: () => void
  /** The viewer may see the current section. */
  opened: () => void
  loading: Ref<boolean>
  failure: ComputedRef<ApiError | null>
  retry: () => Promise<unknown>
  open: (id: number) => Promise<unknown>
}

/** The learning page: a course, its outline, the current section and its neighbours; `preview` is a preview link's token. */
export function useLearn(
  courseId: () => number,
  sectionId: () => number | undefined,
  preview: () => string | undefined = () => undefined,
): Learn {
  const router = useRouter()
  const { course, error: courseError, reload } = useCourseDetail(courseId, preview)
  const { chapters, sections, error, loading, retry: reloadChapters } = useCourseChapters(courseId, preview)

  const at = computed(() => sections.value.findIndex(({ id }) => id === sectionId()))
  const section = computed(() => sections.value[at.value])
  const previous = computed(() => sections.value[at.value - 1])
  const next = computed(() => (at.value < 0 ? undefined : sections.value[at.value + 1]))

  const isKept = computed(() => Boolean(course.value?.owned) && !preview())
  const { progress, standings, lastSection, reload: refreshProgress } = useCourseProgress(courseId, () => isKept.value)
  watch(sectionId, refreshProgress)

  /** By the section a member has opened the course, which was not the student's before. */
  function opened() {
    if (course.value && !course.value.owned && section.value?.free_trail === false && !preview()) void reload()
  }

  function place(id: number | undefined) {
    const token = preview()
    return { name: 'learn', params: { course: courseId(), section: id }, query: token ? { preview: token } : {} }
  }

  const open = (id: number) => router.push(place(id))

  /** An address without a section resumes at the last one, or starts with the first video. */
  async function resume() {
    if (sectionId() !== undefined || sections.value.length === 0 || !course.value) return
    const last = await lastSection()
    const first = sections.value.find(({ section_type }) => section_type === SectionType.Video)
    const target = last ?? first?.id ?? sections.value[0]?.id
    await router.replace(place(target))
  }
  watch([sections, sectionId, course], resume, { immediate: true })

  const failure = computed(() => courseError.value ?? error.value)
  const retry = () => Promise.all([reload(), reloadChapters()])
  return {
    ...{ course, chapters, section, previous, next, loading, failure, retry, open },
    ...{ progress, standings, isKept, refreshProgress, opened },
  }
}
