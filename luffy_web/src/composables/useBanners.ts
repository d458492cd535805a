import { computed } from 'vue'

import { fetchBanners } from '@/api/home'

import { useLoad } from './useLoad'

export function useBanners() {
  const { data, error, loading, load } = useLoad(fetchBanners)
  const banners = computed(() => data.value ?? [])
  void load()
  return { banners, error, loading, retry: load }
}
