import type { CourseKind, CourseOrdering, Page, SearchChip, SearchHit } from '@/types'

import { dataOf, envelope, http } from './http'
import type { Older } from './older'

export interface SearchQuery {
  search: string
  kind?: CourseKind
  course_category?: number
  /** Only courses that cost nothing today. */
  free?: 'true'
  /** No other word than the one typed. */
  exact?: 'true'
  /** undefined: by relevance. */
  ordering?: Extract<CourseOrdering, '-students' | 'price' | '-price' | '-rating'>
  page?: number
  page_size?: number
}

export interface SearchAnswer extends Page<SearchHit> {
  didYouMean: string | null
  /** The results are those of this word. */
  correctedTo: string | null
  /** Words that not all of the results have. */
  dropped: string[]
  /** What of the word was understood as filters. */
  filters: SearchChip[]
}

export interface Suggestion {
  word: string
  kind: 'course' | 'teacher' | 'category' | 'word'
}

export async function searchCourses(query: SearchQuery, signal?: AbortSignal): Promise<SearchAnswer> {
  const answer = await envelope(http.GET('/api/v1/course/search/', { params: { query }, signal }))
  const { corrected_to, dropped, filters }: Older<typeof answer, 'corrected_to' | 'dropped' | 'filters'> = answer
  return {
    ...answer.data,
    didYouMean: answer.did_you_mean,
    correctedTo: corrected_to ?? null,
    dropped: dropped ?? [],
    filters: filters ?? [],
  }
}

export async function fetchSuggestions(search: string, signal?: AbortSignal): Promise<Suggestion[]> {
  const answer = await envelope(http.GET('/api/v1/course/search/suggest/', { params: { query: { search } }, signal }))
  const { kinds }: Older<typeof answer, 'kinds'> = answer
  return answer.data.map((word, at) => ({ word, kind: kinds?.[at] ?? 'word' }))
}

export const fetchHotWords = (): Promise<string[]> =>
  dataOf(http.GET('/api/v1/course/search/hot/'))
