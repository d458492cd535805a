import { computed, watch, type ComputedRef, type Ref } from 'vue'
import { useRouter } from 'vue-router'

import type { ApiError } from '@/api/errors'
import { fetchMyCourses } from '@/api/course'
import { useCourseChapters } from '@/composables/course/useCourseChapters'
import { useCourseDetail } from '@/composables/course/useCourseDetail'
import { useSessionStore } from '@/stores/session'
import { SectionType, type Chapter, type CourseDetail, type Section } from '@/types'

/** The server's maximum. */
const PAGE_SIZE = 50

interface Learn {
  course: ComputedRef<CourseDetail | null>
  chapters: ComputedRef<Chapter[]>
  section: ComputedRef<Section | undefined>
  /** The section after `section`. */
  next: ComputedRef<Section | undefined>
  loading: Ref<boolean>
  failure: ComputedRef<ApiError | null>
  retry: () => Promise<unknown>
  open: (id: number) => Promise<unknown>
}

/** The section last watched in a course; null when none was, or the course is not among the student's. */
async function lastWatched(courseId: number): Promise<number | null> {
  for (let page = 1, pages = 1; page <= pages; page++) {
    const { results, count } = await fetchMyCourses({ page, page_size: PAGE_SIZE })
    const mine = results.find(({ id }) => id === courseId)
    if (mine) return mine.progress.section_id
    pages = Math.ceil(count / PAGE_SIZE)
  }
  return null
}

/** The learning page: a course, its outline, the current section and the next one; `preview` is a preview link's token. */
export function useLearn(
  courseId: () => number,
  sectionId: () => number | undefined,
  preview: () => string | undefined = () => undefined,
): Learn {
  const router = useRouter()
  const session = useSessionStore()
  const { course, error: courseError, reload } = useCourseDetail(courseId, preview)
  const { chapters, sections, error, loading, retry: reloadChapters } = useCourseChapters(courseId, preview)

  const section = computed(() => sections.value.find(({ id }) => id === sectionId()))
  const next = computed(() => {
    const at = sections.value.findIndex(({ id }) => id === sectionId())
    return at < 0 ? undefined : sections.value[at + 1]
  })

  function place(id: number | undefined) {
    const token = preview()
    return { name: 'learn', params: { course: courseId(), section: id }, query: token ? { preview: token } : {} }
  }

  const open = (id: number) => router.push(place(id))

  /** An address without a section resumes at the last one, or starts with the first video. */
  async function resume() {
    if (sectionId() !== undefined || sections.value.length === 0) return
    const last = session.isLoggedIn && !preview() ? await lastWatched(courseId()).catch(() => null) : null
    const first = sections.value.find(({ section_type }) => section_type === SectionType.Video)
    const target = last ?? first?.id ?? sections.value[0]?.id
    await router.replace(place(target))
  }
  watch([sections, sectionId], resume, { immediate: true })

  const failure = computed(() => courseError.value ?? error.value)
  const retry = () => Promise.all([reload(), reloadChapters()])
  return { course, chapters, section, next, loading, failure, retry, open }
}
