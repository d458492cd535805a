import { computed, type ComputedRef } from 'vue'

import { fetchBanners } from '@/api/home'
import { keptAnswers } from '@/composables/base/keptAnswers'
import { useLoad, type Load } from '@/composables/base/useLoad'
import type { Banner } from '@/types'

interface Banners {
  banners: ComputedRef<Banner[]>
  loading: Load<Banner[]>['loading']
}

/** The banners of the home page; none when they cannot be loaded. */
export function useBanners(): Banners {
  const { data, loading, load } = useLoad(fetchBanners, keptAnswers('home/banner'))
  const banners = computed(() => data.value ?? [])
  void load()
  return { banners, loading }
}
