import { request, type Media, type MediaState } from '../server'

export enum SectionType {
  Document = 0,
  Exercise = 1,
  Video = 2,
  Quiz = 3,
}

/** `progress` of the transcoding in percent, `duration` in seconds, `error` a note for the user. */
export interface SectionMedia {
  id: number
  state: MediaState
  progress: number
  error: string
  playable: boolean
  duration: number
}

export interface Section {
  id: number
  name: string
  section_type: SectionType
  free_trail: boolean
  is_show: boolean
  /** Of a document or exercise; of a quiz, questions. */
  has_text: boolean
  media: SectionMedia
}

/** `chapter` is its number. */
export interface Chapter {
  id: number
  chapter: number
  name: string
  is_show: boolean
  sections: Section[]
}

/** What the member of the staff may do. */
export interface Rights {
  add_chapter: boolean
  add_section: boolean
  order_chapters: boolean
  order_sections: boolean
  rename_chapter: boolean
  rename_section: boolean
  remove_chapter: boolean
  remove_section: boolean
  upload: boolean
  /** Whether chapters and sections have forms of their own for this user. */
  open_forms: boolean
  /** Likewise the questions of quizzes. */
  open_quizzes: boolean
}

export interface Outline {
  read_at: string
  rights: Rights
  chapters: Chapter[]
}

/** Ids as the page showed them, and as they are to be. */
export interface Change {
  seen: number[]
  order: number[]
}

interface Ordered {
  read_at: string
  chapters: { id: number; chapter: number }[]
}

export const fetchOutline = (course: number): Promise<Outline> => request('GET', `${course}/outline/`)

export const fetchStates = (course: number, sections: number[], signal: AbortSignal): Promise<SectionMedia[]> =>
  request('GET', `${course}/outline/media/?sections=${sections.join()}`, undefined, signal)

export const createChapter = (course: number, name: string): Promise<Chapter> =>
  request('POST', `${course}/outline/chapter/`, { name })

export const createSection = (
  course: number,
  chapter: number,
  name: string,
  section_type: SectionType,
): Promise<Section> => request('POST', `${course}/outline/section/`, { chapter, name, section_type })

export const orderChapters = (course: number, read_at: string, change: Change): Promise<Ordered> =>
  request('PUT', `${course}/outline/chapter/order/`, { read_at, ...change })

export const orderSections = (
  course: number,
  read_at: string,
  chapters: ({ chapter: number } & Change)[],
): Promise<Ordered> => request('PUT', `${course}/outline/section/order/`, { read_at, chapters })

export type Kind = 'chapter' | 'section'

/** What the page showed of a row: its name, and when that was read. */
interface Seen {
  read_at: string
  was: string
}

export const renameRow = (course: number, kind: Kind, id: number, body: Seen & { name: string }): Promise<null> =>
  request('PATCH', `${course}/outline/${kind}/${id}/`, body)

/** A chapter goes with its sections, which are named. */
export const removeRow = (
  course: number,
  kind: Kind,
  id: number,
  body: Seen & { sections?: number[] },
): Promise<{ warning: string }> => request('POST', `${course}/outline/${kind}/${id}/remove/`, body)

/** What the uploader has learnt of a section's video, in the shape of the outline. */
export const mediaOf = (id: number, { state, progress, error, playable, duration }: Media): SectionMedia => ({
  ...{ id, state, progress, error, playable, duration },
})

/** A language, and how many lines of subtitles a section has in it. */
export interface StoredSubtitles {
  lang: string
  label: string
  lines: number
}

export const fetchSubtitles = (section: number): Promise<StoredSubtitles[]> =>
  request('GET', `section/${section}/subtitles/`)

export function uploadSubtitles(section: number, language: string, file: File): Promise<StoredSubtitles[]> {
  const form = new FormData()
  form.append('file', file)
  return request('PUT', `section/${section}/subtitles/${language}/`, form)
}

export const removeSubtitles = (section: number, language: string): Promise<StoredSubtitles[]> =>
  request('DELETE', `section/${section}/subtitles/${language}/`)
