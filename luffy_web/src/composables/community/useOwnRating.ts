import { computed, reactive, watch, type ComputedRef } from 'vue'

import { deleteRating, fetchOwnRating, saveRating } from '@/api/community'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useConfirmedAction } from '@/composables/base/useConfirmedAction'
import { useLoad } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'
import type { OwnRating } from '@/types'

export const MAX_TEXT = 1000

interface OwnRatingForm {
  /** Null for a visitor, and until it is known. */
  own: ComputedRef<OwnRating | null>
  fields: { stars: number; text: string }
  save: Action
  remove: Action
}

/** How the student who is logged in has rated a course; `changed` is called after each write. */
export function useOwnRating(course: number, wanted: () => boolean, changed: () => void): OwnRatingForm {
  const session = useSessionStore()
  const { tell } = useNotice()
  const { data, load, drop } = useLoad((signal) => fetchOwnRating(course, signal))
  const fields = reactive({ stars: 0, text: '' })

  watch(
    [wanted, () => session.user?.id],
    () => {
      if (!session.isLoggedIn) drop()
      else if (wanted()) void load()
    },
    { immediate: true },
  )
  watch(data, (own) => Object.assign(fields, { stars: own?.rating?.stars ?? 0, text: own?.rating?.text ?? '' }))

  const save = useAction(async () => {
    const saved = await withLogin(() => saveRating(course, { ...fields }))
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
