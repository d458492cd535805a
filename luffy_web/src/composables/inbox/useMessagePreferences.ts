import type { ShallowRef } from 'vue'

import type { ApiError } from '@/api/errors'
import { fetchPreferences, savePreference } from '@/api/inbox'
import { useAction, type Action } from '@/composables/base/useAction'
import { useLoad } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'
import type { MessagePreference } from '@/types'

interface MessagePreferences {
  preferences: ShallowRef<MessagePreference[] | null>
  error: ShallowRef<ApiError | null>
  load: () => Promise<void>
  toggle: Action<[MessagePreference]>
}

/** Which kinds of messages may come as text messages and mail. */
export function useMessagePreferences(): MessagePreferences {
  const { data: preferences, error, load } = useLoad((signal) => fetchPreferences(signal))
  const { tell } = useNotice()

  const toggle = useAction(async ({ kind, channel, enabled }: MessagePreference) => {
    preferences.value = await savePreference({ kind, channel, enabled: !enabled })
    tell('接收设置已保存。')
  })

  void load()
  return { preferences, error, load, toggle }
}
