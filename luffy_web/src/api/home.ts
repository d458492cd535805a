import type { Banner, Listing, Topic, TopicLink, TopicPreview } from '@/types'

import { dataOf, http } from './http'

export const fetchBanners = (): Promise<Banner[]> => dataOf(http.GET('/api/v1/home/banner/'))

/** The first courses of every kind. */
export const fetchListings = (signal?: AbortSignal): Promise<Listing[]> =>
  dataOf(http.GET('/api/v1/home/listing/', { signal }))

export const fetchTopics = (signal?: AbortSignal): Promise<TopicLink[]> =>
  dataOf(http.GET('/api/v1/home/topic/', { signal }))

export const fetchTopic = (slug: string, signal?: AbortSignal): Promise<Topic> =>
  dataOf(http.GET('/api/v1/home/topic/{slug}/', { params: { path: { slug } }, signal }))

/** A topic that may be a draft, for who holds a preview link with this token. */
export const fetchTopicPreview = (slug: string, token: string, signal?: AbortSignal): Promise<TopicPreview> =>
  dataOf(http.GET('/api/v1/home/topic/{slug}/preview/', { params: { path: { slug }, query: { token } }, signal }))
