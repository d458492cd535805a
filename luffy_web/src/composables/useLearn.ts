import { computed, watch } from 'vue'
import { useRouter } from 'vue-router'

import { fetchMyCourses } from '@/api/course'
import { useSessionStore } from '@/stores/session'
import { SectionType } from '@/types'

import { useCourseChapters } from './useCourseChapters'
import { useCourseDetail } from './useCourseDetail'

/** As many of one's courses as one answer may hold. */
const PAGE_SIZE = 50

/** The section last watched in a course, wherever it stands among the student's courses. */
async function lastWatched(courseId: number): Promise<number | null> {
  for (let page = 1, pages = 1; page <= pages; page++) {
    const { results, count } = await fetchMyCourses({ page, page_size: PAGE_SIZE })
    const mine = results.find(({ id }) => id === courseId)
    if (mine) return mine.progress.section_id
    pages = Math.ceil(count / PAGE_SIZE)
  }
  return null
}

/** A course opened for study: its sections, the one being watched and the one after it. */
export function useLearn(courseId: () => number, sectionId: () => number | undefined) {
  const router = useRouter()
  const session = useSessionStore()
  const { course, error: courseError, reload } = useCourseDetail(courseId)
  const { chapters, sections, error, loading, retry } = useCourseChapters(courseId)

  const section = computed(() => sections.value.find(({ id }) => id === sectionId()))
  const next = computed(() => {
    const at = sections.value.findIndex(({ id }) => id === sectionId())
    return at < 0 ? undefined : sections.value[at + 1]
  })

  const open = (id: number) =>
    router.push({ name: 'learn', params: { course: courseId(), section: id } })

  /** An address without a section means: go on where I was. */
  async function resume() {
    if (sectionId() !== undefined || sections.value.length === 0) return
    const last = session.isLoggedIn ? await lastWatched(courseId()).catch(() => null) : null
    const first = sections.value.find(({ section_type }) => section_type === SectionType.Video)
    const section = last ?? first?.id ?? sections.value[0]?.id
    await router.replace({ name: 'learn', params: { course: courseId(), section } })
  }
  watch([sections, sectionId], resume, { immediate: true })

  const fault = computed(() => courseError.value ?? error.value)
  const again = () => Promise.all([reload(), retry()])
  return { course, chapters, section, next, loading, fault, again, open }
}
