import type { Banner, Listing } from '@/types'

import { dataOf, http } from './http'

export const fetchBanners = (): Promise<Banner[]> => dataOf(http.GET('/api/v1/home/banner/'))

/** The first courses of every kind. */
export const fetchListings = (signal?: AbortSignal): Promise<Listing[]> =>
  dataOf(http.GET('/api/v1/home/listing/', { signal }))
