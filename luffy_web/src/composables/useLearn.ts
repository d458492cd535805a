import { computed, watch } from 'vue'
import { useRouter } from 'vue-router'

import { fetchMyCourses } from '@/api/course'
import { useSessionStore } from '@/stores/session'
import { SectionType } from '@/types'

import { useCourseChapters } from './useCourseChapters'
import { useCourseDetail } from './useCourseDetail'

/** The section last watched in a course, where it is among the recent ones. */
async function lastWatched(courseId: number): Promise<number | null> {
  const mine = await fetchMyCourses(1).catch(() => null)
  return mine?.results.find(({ id }) => id === courseId)?.progress.section_id ?? null
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
    const last = session.isLoggedIn ? await lastWatched(courseId()) : null
    const first = sections.value.find(({ section_type }) => section_type === SectionType.Video)
    const section = last ?? first?.id ?? sections.value[0]?.id
    await router.replace({ name: 'learn', params: { course: courseId(), section } })
  }
  watch([sections, sectionId], resume, { immediate: true })

  const fault = computed(() => courseError.value ?? error.value)
  const again = () => Promise.all([reload(), retry()])
  return { course, chapters, section, next, loading, fault, again, open }
}
