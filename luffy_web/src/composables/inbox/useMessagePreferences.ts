import { computed, type ComputedRef, type ShallowRef } from 'vue'

import type { ApiError } from '@/api/errors'
import { fetchPreferences, savePreference } from '@/api/inbox'
import { useAction, type Action } from '@/composables/base/useAction'
import { useLoad } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'
import type { MessagePreference } from '@/types'

interface MessageKindPreferences {
  name: string
  ways: MessagePreference[]
}

interface MessagePreferences {
  preferences: ShallowRef<MessagePreference[] | null>
  /** The same, those of a kind together. */
  kinds: ComputedRef<MessageKindPreferences[]>
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

  const kinds = computed(() => {
    const found = new Map<string, MessagePreference[]>()
    for (const each of preferences.value ?? []) found.set(each.kind_name, [...(found.get(each.kind_name) ?? []), each])
    return [...found].map(([name, ways]) => ({ name, ways }))
  })

  void load()
  return { preferences, kinds, error, load, toggle }
}
