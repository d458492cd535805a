import { computed, reactive, watch, type ComputedRef } from 'vue'

import { deleteRating, fetchOwnRating, saveRating } from '@/api/community'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useConfirmedAction } from '@/composables/base/useConfirmedAction'
import { useLoad } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'
import { keepDraft, takeDraft } from '@/stores/drafts'
import { useSessionStore } from '@/stores/session'
import type { OwnRating } from '@/types'

export const MAX_TEXT = 1000

interface Fields {
  stars: number
  text: string
}

interface OwnRatingForm {
  /** Null for a visitor, and until it is known. */
  own: ComputedRef<OwnRating | null>
  fields: Fields
  save: Action
  remove: Action
}

/**
 * How the student who is logged in has rated a course; `changed` is called after each write. What was typed when the
 * session ended is there again after the login.
 */
export function useOwnRating(course: number, wanted: () => boolean, changed: () => void): OwnRatingForm {
  const session = useSessionStore()
  const { tell } = useNotice()
  const { data, load, drop } = useLoad((signal) => fetchOwnRating(course, signal))
  const fields = reactive<Fields>({ stars: 0, text: '' })
  const draft = `rating ${course}`
  const stored = (): Fields => ({ stars: data.value?.rating?.stars ?? 0, text: data.value?.rating?.text ?? '' })

  watch(
    () => session.user?.id,
    (_, owner) => {
      const isTyped = fields.stars !== stored().stars || fields.text !== stored().text
      if (owner !== undefined && isTyped) keepDraft(draft, { owner, data: { ...fields }, isToSend: false })
    },
    // Before what is known of this student is dropped.
    { flush: 'sync' },
  )

  watch(
    [wanted, () => session.user?.id],
    () => {
      if (!session.isLoggedIn) drop()
      else if (wanted()) void load()
    },
    { immediate: true },
  )
  watch(data, (own) => {
    const found = own && session.user ? takeDraft<Fields>(draft, session.user.id) : undefined
    Object.assign(fields, found?.data ?? stored())
  })

  const save = useAction(async () => {
    const typed = { ...fields }
    const saved = await withLogin(() => saveRating(course, typed))
    if (!saved) return
    data.value = saved
    tell(saved.rating?.state_name === '待审核' ? '评价已提交，审核后展示' : '评价已保存')
    changed()
  })
  const remove = useConfirmedAction(
    { title: '删除评价', question: '删除后可以重新评价。', yes: '删除评价' },
    () => deleteRating(course),
    '评价已删除',
    () => {
      void load()
      changed()
    },
  )

  return { own: computed(() => data.value), fields, save, remove }
}
