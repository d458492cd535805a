import type { Course, OwnRating, Page, Rating, StarsChoice } from '@/types'

import { dataOf, done, envelope, http } from './http'

export interface RatingPage extends Page<Rating> {
  /** How many ratings have 1, 2, 3, 4 and 5 stars. */
  byStars: number[]
}

/** Newest first. */
export async function fetchRatings(
  query: { course: number; stars?: StarsChoice; page?: number; page_size?: number },
  signal?: AbortSignal,
): Promise<RatingPage> {
  const { data, by_stars } = await envelope(http.GET('/api/v1/community/rating/', { params: { query }, signal }))
  return { ...data, byStars: by_stars }
}

const of = (course: number) => ({ path: { id: course } })

export const fetchOwnRating = (course: number, signal?: AbortSignal): Promise<OwnRating> =>
  dataOf(http.GET('/api/v1/community/course/{id}/rating/', { params: of(course), signal }))

export const saveRating = (course: number, body: { stars: number; text: string }): Promise<OwnRating> =>
  dataOf(http.PUT('/api/v1/community/course/{id}/rating/', { params: of(course), body }))

export const deleteRating = (course: number): Promise<void> =>
  done(http.DELETE('/api/v1/community/course/{id}/rating/', { params: of(course) }))

export const fetchFavourites = (query: { page: number }, signal?: AbortSignal): Promise<Page<Course>> =>
  dataOf(http.GET('/api/v1/community/favourite/', { params: { query }, signal }))

/** Whether the student keeps the course. */
export const fetchFavourite = async (course: number, signal?: AbortSignal): Promise<boolean> =>
  (await dataOf(http.GET('/api/v1/community/course/{id}/favourite/', { params: of(course), signal }))).is_favourite

/** Keeps the course, or keeps it no more; either may be sent again. */
export async function saveFavourite(course: number, wanted: boolean): Promise<boolean> {
  const send = wanted ? http.PUT : http.DELETE
  const { is_favourite } = await dataOf(send('/api/v1/community/course/{id}/favourite/', { params: of(course) }))
  return is_favourite
}
