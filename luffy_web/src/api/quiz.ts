import type { PreviewLink, Quiz, QuizResult } from '@/types'

import { dataOf, http } from './http'

/** The answer to one question: places of options, or a text for each blank. */
export interface QuestionAnswer {
  question: number
  choices?: number[]
  texts?: string[]
}

/** Answers to the questions of one version; sent again with the same key, they are one attempt. */
export interface NewAttempt {
  request_key: string
  version: string
  answers: QuestionAnswer[]
}

export const fetchQuiz = (section: number, signal?: AbortSignal): Promise<Quiz> =>
  dataOf(http.GET('/api/v1/course/section/{id}/quiz/', { params: { path: { id: section } }, signal }))

export const fetchPreviewQuiz = (
  { course, section, token }: PreviewLink & { section: number },
  signal?: AbortSignal,
): Promise<Quiz> =>
  dataOf(
    http.GET('/api/v1/course/{id}/preview/section/{section}/quiz/', {
      params: { path: { id: course, section }, query: { token } },
      signal,
    }),
  )

export const submitQuiz = (section: number, body: NewAttempt): Promise<QuizResult> =>
  dataOf(http.POST('/api/v1/course/section/{id}/quiz/attempts/', { params: { path: { id: section } }, body }))
