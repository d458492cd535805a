import { computed, watch, type ComputedRef } from 'vue'

import { fetchFavourite, saveFavourite } from '@/api/community'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useLoad } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'

interface Favourite {
  /** False for a visitor, and until it is known. */
  kept: ComputedRef<boolean>
  toggle: Action
}

/** Whether the student keeps a course in 我的收藏. A stranger logs in first, and then it is kept. */
export function useFavourite(course: () => number): Favourite {
  const session = useSessionStore()
  const { data, load, drop } = useLoad((signal) => fetchFavourite(course(), signal))
  watch(
    [course, () => session.user?.id],
    () => {
      drop()
      if (session.isLoggedIn) void load()
    },
    { immediate: true },
  )

  const toggle = useAction(async () => {
    const wanted = !data.value
    const saved = await withLogin(() => saveFavourite(course(), wanted))
    if (saved === undefined) return
    // What was asked before knows nothing of it.
    drop()
    data.value = saved
    useNotice().tell(saved ? '已加入我的收藏' : '已取消收藏')
  })

  return { kept: computed(() => Boolean(data.value)), toggle }
}
