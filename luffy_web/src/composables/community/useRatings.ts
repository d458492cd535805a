import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'

import type { ApiError } from '@/api/errors'
import { fetchRatings, type RatingPage } from '@/api/community'
import { useLoad } from '@/composables/base/useLoad'
import type { Rating, StarsChoice } from '@/types'

interface Ratings {
  rows: ComputedRef<Rating[]>
  count: ComputedRef<number>
  /** Of 1, 2, 3, 4 and 5 stars. */
  byStars: ComputedRef<number[]>
  page: Ref<number>
  /** Those with so many only; undefined: all. */
  stars: Ref<StarsChoice | undefined>
  loading: Ref<boolean>
  error: Ref<ApiError | null>
  reload: () => Promise<void>
}

/** The ratings of a course, once they are `wanted`; their page is no part of the address of the course. */
export function useRatings(course: number, wanted: () => boolean): Ratings {
  const page = ref(1)
  const stars = ref<StarsChoice>()
  const { data, loading, error, load } = useLoad<RatingPage, []>((signal) =>
    fetchRatings({ course, stars: stars.value, page: page.value }, signal),
  )
  watch(stars, () => (page.value = 1))
  watch([wanted, stars, page], () => wanted() && void load(), { immediate: true })
  // Others may have deleted what the page had.
  watch(error, (failure) => failure?.status === 404 && page.value > 1 && (page.value = 1))

  return {
    rows: computed(() => data.value?.results ?? []),
    count: computed(() => data.value?.count ?? 0),
    byStars: computed(() => data.value?.byStars ?? []),
    page,
    stars,
    loading,
    error,
    reload: load,
  }
}
