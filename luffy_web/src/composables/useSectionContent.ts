import { watch } from 'vue'

import { fetchContent } from '@/api/course'
import { useSessionStore } from '@/stores/session'

import { useLoad } from './useLoad'

/** The text of a document or an exercise; asked again when somebody logs in, for they may see more. */
export function useSectionContent(sectionId: () => number) {
  const session = useSessionStore()
  const { data: content, error, loading, load } = useLoad((signal) => fetchContent(sectionId(), signal))

  watch([sectionId, () => session.user?.id], () => load(), { immediate: true })

  return { content, error, loading, retry: load }
}
