import type { Answer, Course, Note, OwnRating, Page, Question, QuestionPage, Rating, StarsChoice } from '@/types'

import { dataOf, done, envelope, http, patiently } from './http'

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

/** What a student asks or writes down; `position` is a second of the video. */
export interface Marked {
  text: string
  position: number | null
}

/** Newest first, of a course or of a section. */
export const fetchQuestions = (
  query: { course?: number; section?: number; search?: string; page?: number },
  signal?: AbortSignal,
): Promise<Page<Question>> => dataOf(http.GET('/api/v1/community/question/', { params: { query }, signal }))

export const fetchMyQuestions = (query: { page?: number }, signal?: AbortSignal): Promise<Page<Question>> =>
  dataOf(http.GET('/api/v1/community/question/mine/', { params: { query }, signal }))

export const fetchQuestion = (id: number, signal?: AbortSignal): Promise<QuestionPage> =>
  dataOf(http.GET('/api/v1/community/question/{id}/', { params: of(id), signal }))

export const ask = (section: number, body: Marked & { title: string }): Promise<Question> =>
  dataOf(http.POST('/api/v1/community/section/{id}/question/', { params: of(section), body }))

export const changeQuestion = (id: number, body: Marked & { title: string }): Promise<Question> =>
  dataOf(http.PUT('/api/v1/community/question/{id}/', { params: of(id), body }))

export const deleteQuestion = (id: number): Promise<void> =>
  done(http.DELETE('/api/v1/community/question/{id}/', { params: of(id) }))

/** The accepted one, then the oldest first. */
export const fetchAnswers = (question: number, query: { page?: number }, signal?: AbortSignal): Promise<Page<Answer>> =>
  dataOf(http.GET('/api/v1/community/question/{id}/answer/', { params: { ...of(question), query }, signal }))

export const answerQuestion = (question: number, text: string): Promise<Answer> =>
  dataOf(http.POST('/api/v1/community/question/{id}/answer/', { params: of(question), body: { text } }))

export const changeAnswer = (id: number, text: string): Promise<Answer> =>
  dataOf(http.PUT('/api/v1/community/answer/{id}/', { params: of(id), body: { text } }))

export const deleteAnswer = (id: number): Promise<void> =>
  done(http.DELETE('/api/v1/community/answer/{id}/', { params: of(id) }))

export const acceptAnswer = (id: number, accepted: boolean): Promise<void> =>
  done(http.PUT('/api/v1/community/answer/{id}/accept/', { params: of(id), body: { accepted } }))

export const reportPost = (kind: 'question' | 'answer', id: number, reason: string): Promise<void> =>
  kind === 'question'
    ? done(http.POST('/api/v1/community/question/{id}/report/', { params: of(id), body: { reason } }))
    : done(http.POST('/api/v1/community/answer/{id}/report/', { params: of(id), body: { reason } }))

/** Of a section in the order of its video, else newest first. */
export const fetchNotes = (
  query: { course?: number; section?: number; page?: number },
  signal?: AbortSignal,
): Promise<Page<Note>> => dataOf(http.GET('/api/v1/community/note/', { params: { query }, signal }))

export const writeNote = (section: number, body: Marked): Promise<Note> =>
  dataOf(http.POST('/api/v1/community/section/{id}/note/', { params: of(section), body }))

export const changeNote = (id: number, body: Marked): Promise<Note> =>
  dataOf(http.PUT('/api/v1/community/note/{id}/', { params: of(id), body }))

export const deleteNote = (id: number): Promise<void> =>
  done(http.DELETE('/api/v1/community/note/{id}/', { params: of(id) }))

/** All notes of a course as Markdown. */
export const fetchNoteFile = (course: number): Promise<Blob> =>
  envelope(http.GET('/api/v1/community/course/{id}/notes/', { params: of(course), parseAs: 'blob', ...patiently }))
