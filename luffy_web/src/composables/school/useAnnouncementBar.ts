import { useStorage } from '@vueuse/core'
import { computed, type ComputedRef } from 'vue'

import { storageOf } from '@/stores/storage'
import type { AnnouncementLink } from '@/types'

import { useSite } from './useSite'

interface AnnouncementBar {
  announcement: ComputedRef<AnnouncementLink | null>
  close: () => void
}

/** The announcement above every page, until the visitor closes it. */
export function useAnnouncementBar(): AnnouncementBar {
  const site = useSite()
  const closed = useStorage('luffy.announcement', 0, storageOf('localStorage'))
  const announcement = computed(() => {
    const current = site.value.announcement
    return current && current.id !== closed.value ? current : null
  })
  return { announcement, close: () => (closed.value = site.value.announcement?.id ?? 0) }
}
