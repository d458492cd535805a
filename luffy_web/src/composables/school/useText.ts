import { computed, watch, type ComputedRef } from 'vue'

import { fetchAgreement, fetchAnnouncement, fetchAnnouncements, fetchHelpPage } from '@/api/school'
import { useLoad, type Load } from '@/composables/base/useLoad'
import type { AgreementKind, AnnouncementLink } from '@/types'

/** A text of the school: `html` is safe; `date` in ISO, with the word before it. */
export interface SchoolText {
  title: string
  html: string
  date: string
  dateLabel: string
  note: string
  /** Numbers of other versions, the newest first. */
  versions: number[]
  version: number | null
}

export interface TextLoad extends Pick<Load<SchoolText>, 'error'> {
  text: ComputedRef<SchoolText | null>
  reload: () => Promise<void>
}

const plain = { note: '', versions: [], version: null }

function useText(key: () => unknown, read: (signal: AbortSignal) => Promise<SchoolText>): TextLoad {
  const { data, error, load, drop } = useLoad(read)
  watch(
    key,
    () => {
      drop()
      void load()
    },
    { immediate: true },
  )
  return { text: computed(() => data.value), error, reload: load }
}

export const useAnnouncement = (id: () => number): TextLoad =>
  useText(id, async (signal) => {
    const { title, html, starts_at: date } = await fetchAnnouncement(id(), signal)
    return { ...plain, title, html, date, dateLabel: '发布于' }
  })

export const useHelpPage = (id: () => number): TextLoad =>
  useText(id, async (signal) => {
    const { title, html, updated_time: date } = await fetchHelpPage(id(), signal)
    return { ...plain, title, html, date, dateLabel: '更新于' }
  })

export const useAgreement = (kind: () => AgreementKind, version: () => number | undefined): TextLoad =>
  useText(
    () => [kind(), version()],
    async (signal) => {
      const { kind_name: title, created_time: date, ...rest } = await fetchAgreement(kind(), version(), signal)
      return { ...rest, title, date, dateLabel: '发布于' }
    },
  )

/** What is announced now. */
export function useAnnouncements(): Load<AnnouncementLink[]> {
  const load = useLoad(fetchAnnouncements)
  void load.load()
  return load
}
