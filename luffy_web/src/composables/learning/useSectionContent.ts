import { watch } from 'vue'

import { fetchContent, fetchPreviewContent } from '@/api/course'
import { useLoad, type Load } from '@/composables/base/useLoad'
import { useSessionStore } from '@/stores/session'
import type { PreviewLink, SectionContent } from '@/types'

interface SectionContentLoad extends Pick<Load<SectionContent>, 'error' | 'loading'> {
  content: Load<SectionContent>['data']
  retry: Load<SectionContent>['load']
}

/** The text of a document or an exercise; loaded again after a login or logout, because access depends on the user. */
export function useSectionContent(
  sectionId: () => number,
  preview: () => PreviewLink | undefined = () => undefined,
): SectionContentLoad {
  const session = useSessionStore()
  const { data: content, error, loading, load } = useLoad((signal) => {
    const link = preview()
    return link ? fetchPreviewContent({ ...link, section: sectionId() }, signal) : fetchContent(sectionId(), signal)
  })

  watch([sectionId, () => session.user?.id], () => load(), { immediate: true })

  return { content, error, loading, retry: load }
}
