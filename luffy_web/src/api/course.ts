import type { Chapter, Course, CourseCategory, CourseDetail, CourseKind, CourseOrdering, CoursePreview, Download, MyCourse, MyCoursesQuery, OutlineProgress, OwnProgress, Page, Play, PreviewLink, SectionContent, Watched } from '@/types'

import { dataOf, done, envelope, http, quietly } from './http'
import type { Older } from './older'

export interface CourseQuery {
  kind?: CourseKind
  course_category?: number
  ordering?: CourseOrdering
  page?: number
  page_size?: number
}

/** The address of a picture of the course with a QR code that leads to it. */
export const sharePicture = (id: number): string => `/api/v1/course/${id}/share/`

export const fetchCategories = (): Promise<CourseCategory[]> =>
  dataOf(http.GET('/api/v1/course/category/'))

export const fetchCourses = (query: CourseQuery, signal?: AbortSignal): Promise<Page<Course>> =>
  dataOf(http.GET('/api/v1/course/', { params: { query }, signal }))

export const fetchCourse = (id: number, signal?: AbortSignal): Promise<CourseDetail> =>
  dataOf(http.GET('/api/v1/course/{id}/', { params: { path: { id } }, signal }))

/** Courses that are like this one, the most alike first, and others that its students have. */
export async function fetchRelatedCourses(id: number, signal?: AbortSignal): Promise<{ related: Course[]; alsoStudied: Course[] }> {
  const { data, also_studied } = await envelope(http.GET('/api/v1/course/{id}/related/', { params: { path: { id } }, signal }))
  return { related: data, alsoStudied: also_studied }
}

/** A course that may not be public, for who holds a preview link with this token. */
export const fetchPreview = (id: number, token: string, signal?: AbortSignal): Promise<CoursePreview> =>
  dataOf(http.GET('/api/v1/course/{id}/preview/', { params: { path: { id }, query: { token } }, signal }))

export const fetchPreviewChapters = (id: number, token: string, signal?: AbortSignal): Promise<Chapter[]> =>
  dataOf(http.GET('/api/v1/course/{id}/preview/chapter/', { params: { path: { id }, query: { token } }, signal }))

type PreviewedSection = PreviewLink & { section: number }

const complete = (play: Older<Play, 'subtitles' | 'chapters'>): Play => ({
  ...play,
  subtitles: play.subtitles ?? [],
  chapters: play.chapters ?? [],
})

export const fetchPreviewPlay = async ({ course, section, token }: PreviewedSection, signal?: AbortSignal): Promise<Play> =>
  complete(
    await dataOf(
      http.GET('/api/v1/course/{id}/preview/section/{section}/play/', {
        params: { path: { id: course, section }, query: { token } },
        signal,
      }),
    ),
  )

const withOwnAnswer = (content: Older<SectionContent, 'own_answer'>): SectionContent => ({
  ...content,
  own_answer: content.own_answer ?? '',
})

export const fetchPreviewContent = (
  { course, section, token }: PreviewedSection,
  signal?: AbortSignal,
): Promise<SectionContent> =>
  dataOf(
    http.GET('/api/v1/course/{id}/preview/section/{section}/content/', {
      params: { path: { id: course, section }, query: { token } },
      signal,
    }),
  ).then(withOwnAnswer)

export const fetchChapters = (course: number, signal?: AbortSignal): Promise<Chapter[]> =>
  dataOf(http.GET('/api/v1/course/chapter/', { params: { query: { course } }, signal }))

export const fetchMyCourses = (query: MyCoursesQuery, signal?: AbortSignal): Promise<Page<MyCourse>> =>
  dataOf(http.GET('/api/v1/course/mine/', { params: { query }, signal }))

/** Those whose study period is over, the last first. */
export const fetchEndedCourses = (signal?: AbortSignal): Promise<MyCourse[]> =>
  dataOf(http.GET('/api/v1/course/mine/ended/', { signal }))

export const enrollInCourse = (id: number): Promise<void> =>
  done(http.POST('/api/v1/course/{id}/enroll/', { params: { path: { id } } }))

/** Leaves a free course; what was paid for or given stays. */
export const leaveCourse = (id: number): Promise<void> =>
  done(http.DELETE('/api/v1/course/{id}/enroll/', { params: { path: { id } } }))

/** The student's progress in one of their courses, section by section. */
export const fetchCourseProgress = (id: number, signal?: AbortSignal): Promise<OutlineProgress> =>
  dataOf(http.GET('/api/v1/course/{id}/progress/', { params: { path: { id } }, signal }))

/** My progress in those of some courses that I have, in the order asked for; a background request. */
export const fetchOwnProgress = (courses: readonly number[], signal?: AbortSignal): Promise<OwnProgress[]> =>
  dataOf(http.GET('/api/v1/course/mine/progress/', { params: { query: { courses: courses.join() } }, signal, ...quietly }))

/** This device starts to play; of too many the one that started first is refused from then on. */
export const claimPlaying = (): Promise<void> => done(http.POST('/api/v1/course/playing/', quietly))

/** Marks a document or an exercise as read. */
export const markDone = (section: number): Promise<void> =>
  done(
    http.PUT('/api/v1/course/section/{id}/progress/', { params: { path: { id: section } }, body: { done: true } }),
  )

/** The student's own answer to an exercise. `keepalive`: the page may be closing. */
export const saveAnswer = (section: number, text: string): Promise<void> =>
  done(
    http.PUT('/api/v1/course/section/{id}/answer/', {
      params: { path: { id: section } },
      body: { text },
      // Browsers refuse larger bodies of requests that outlive their page.
      keepalive: text.length < 10_000,
    }),
  )

export async function fetchPlay(section: number, signal?: AbortSignal): Promise<Play> {
  return complete(
    await dataOf(http.GET('/api/v1/course/section/{id}/play/', { params: { path: { id: section } }, signal })),
  )
}

/** The text of a document or an exercise as HTML, sanitized by the server. */
export const fetchContent = (section: number, signal?: AbortSignal): Promise<SectionContent> =>
  dataOf(
    http.GET('/api/v1/course/section/{id}/content/', { params: { path: { id: section } }, signal }),
  ).then(withOwnAnswer)

/** A short-lived signed URL of the course's attachment (课件). */
export const fetchAttachment = (course: number): Promise<Download> =>
  dataOf(http.GET('/api/v1/course/{id}/attachment/', { params: { path: { id: course } } }))

/** Position in seconds. `keepalive`: the page may be closing. */
export const saveProgress = (section: number, position: number): Promise<Watched> =>
  dataOf(
    http.PUT('/api/v1/course/section/{id}/progress/', {
      params: { path: { id: section } },
      body: { position },
      keepalive: true,
      ...quietly,
    }),
  )
