import type { Banner } from '@/types'

import { dataOf, http } from './http'

export const fetchBanners = (): Promise<Banner[]> => dataOf(http.GET('/api/v1/home/banner/'))
