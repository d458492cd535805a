import type { CourseKind, CourseOrdering, Page, SearchHit } from '@/types'

import { dataOf, envelope, http } from './http'

export interface SearchQuery {
  search: string
  kind?: CourseKind
  course_category?: number
  /** Only courses that cost nothing today. */
  free?: 'true'
  /** undefined: by relevance. */
  ordering?: Extract<CourseOrdering, '-students' | 'price' | '-price'>
  page?: number
  page_size?: number
}

export interface SearchAnswer extends Page<SearchHit> {
  didYouMean: string | null
}

export async function searchCourses(query: SearchQuery, signal?: AbortSignal): Promise<SearchAnswer> {
  const answer = await envelope(http.GET('/api/v1/course/search/', { params: { query }, signal }))
  return { ...answer.data, didYouMean: answer.did_you_mean }
}

export const fetchSuggestions = (search: string, signal?: AbortSignal): Promise<string[]> =>
  dataOf(http.GET('/api/v1/course/search/suggest/', { params: { query: { search } }, signal }))

export const fetchHotWords = (): Promise<string[]> =>
  dataOf(http.GET('/api/v1/course/search/hot/'))
