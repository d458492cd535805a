import { watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import type { ApiError } from '@/api/errors'
import { positiveOf } from '@/format/query'

/** A page past the end, as after the last row of it went away: back to the first one. */
export function useFirstPage(error: Ref<ApiError | null>) {
  const route = useRoute()
  const router = useRouter()

  watch(error, (fault) => {
    if (fault?.status !== 404 || (positiveOf(route.query.page) ?? 1) < 2) return
    void router.replace({ query: { ...route.query, page: undefined } })
  })
}
