import type { ComputedRef } from 'vue'

import { fetchFavourites, saveFavourite } from '@/api/community'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useNotice } from '@/composables/base/useNotice'
import { usePagedList, usePageState, type PagedList, type QueryState } from '@/composables/base/usePagedList'
import type { Course, Page } from '@/types'

interface Favourites extends QueryState<{ page: number }>, Omit<PagedList<Page<Course>>, 'data' | 'rows'> {
  courses: ComputedRef<Course[]>
  remove: Action<[course: number]>['run']
}

/** 我的收藏: the courses that the student keeps, the latest first. */
export function useFavourites(): Favourites {
  const { state, change } = usePageState()
  const { rows: courses, count, loading, error, reload } = usePagedList(() => state.value, fetchFavourites)
  const { run: remove } = useAction<[course: number]>(async (course) => {
    const kept = await withLogin(() => saveFavourite(course, false))
    if (kept === undefined) return
    useNotice().tell('已取消收藏')
    await reload()
  })

  return { state, change, courses, count, loading, error, reload, remove }
}
