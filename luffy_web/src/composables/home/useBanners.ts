import { computed, type ComputedRef } from 'vue'

import { fetchBanners } from '@/api/home'
import { useLoad, type Load } from '@/composables/base/useLoad'
import type { Banner } from '@/types'

interface Banners {
  banners: ComputedRef<Banner[]>
  loading: Load<Banner[]>['loading']
}

/** The banners of the home page; none when they cannot be loaded. */
export function useBanners(): Banners {
  const { data, loading, load } = useLoad(fetchBanners)
  const banners = computed(() => data.value ?? [])
  void load()
  return { banners, loading }
}
