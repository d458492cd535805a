import { reactive } from 'vue'

import { ApiError } from '@/api/errors'

import { createQueue } from '../queue'
import { MediaState } from '../server'
import {
  arrangementOf,
  chapterChange,
  moveChapter,
  moveSection,
  neighbour,
  sectionChanges,
  type Arrangement,
  type Place,
} from './arrangement'
import {
  createChapter,
  createSection,
  fetchOutline,
  orderChapters,
  orderSections,
  removeRow,
  renameRow,
  type Chapter,
  type Kind,
  type Rights,
  type Section,
  type SectionMedia,
  type SectionType,
} from './server'

export interface OutlineState {
  phase: 'loading' | 'ready' | 'failed'
  chapters: Chapter[]
  rights: Rights
  /** Chapters whose sections are folded away, by id. */
  folded: Set<number>
  /** What went wrong, for the user; empty when all is well. */
  problem: string
  /** The order on the page could not be saved, and may be sent again. */
  retriable: boolean
  /** What was done last, for the user. */
  said: string
}

const NOTHING: Rights = {
  add_chapter: false,
  add_section: false,
  order_chapters: false,
  order_sections: false,
  rename_chapter: false,
  rename_section: false,
  remove_chapter: false,
  remove_section: false,
  upload: false,
  open_forms: false,
  open_quizzes: false,
}
/** The page shows something that the server does not have: it is read again. */
const OUTDATED = [400, 404, 409]

/** The outline of a course; what is moved is saved at once, one request after the other. */
export class OutlineStore {
  readonly state = reactive<OutlineState>({
    phase: 'loading',
    chapters: [],
    rights: NOTHING,
    folded: new Set(),
    problem: '',
    retriable: false,
    said: '',
  })

  private readAt = ''
  private stored: Arrangement = []
  private readonly inTurn = createQueue(1)

  constructor(readonly course: number) {}

  /** Reads everything again. What was moved and not saved is lost. */
  load(): Promise<void> {
    return this.inTurn(() => this.read())
  }

  get isUnsaved(): boolean {
    const now = arrangementOf(this.state.chapters)
    return chapterChange(this.stored, now) !== null || sectionChanges(this.stored, now).length > 0
  }

  get sections(): Section[] {
    return this.state.chapters.flatMap(({ sections }) => sections)
  }

  find(section: number): Section | undefined {
    return this.sections.find(({ id }) => id === section)
  }

  moveSection(id: number, place: Place): void {
    if (!moveSection(this.state.chapters, id, place)) return
    this.state.folded.delete(place.chapter)
    this.tell(this.find(id)?.name ?? '', place)
    void this.save()
  }

  /** One step up (-1) or down (1), into the next chapter if need be. */
  stepSection(id: number, step: -1 | 1): void {
    const place = neighbour(this.state.chapters, id, step)
    if (place) this.moveSection(id, place)
  }

  moveChapter(id: number, at: number): void {
    if (!moveChapter(this.state.chapters, id, at)) return
    const chapter = this.state.chapters.find((each) => each.id === id)
    this.state.said = `「${chapter?.name}」移到了第 ${this.state.chapters.findIndex((each) => each.id === id) + 1} 位`
    void this.save()
  }

  stepChapter(id: number, step: -1 | 1): void {
    this.moveChapter(id, this.state.chapters.findIndex((each) => each.id === id) + step)
  }

  /** Raises ApiError. */
  addChapter(name: string): Promise<Chapter> {
    return this.inTurn(async () => {
      const made = await createChapter(this.course, name)
      this.state.chapters.push(made)
      this.stored.push({ chapter: made.id, sections: [] })
      this.state.said = `新建了「${made.name}」`
      return made
    })
  }

  /** Raises ApiError. */
  addSection(chapter: number, name: string, type: SectionType): Promise<Section> {
    return this.inTurn(async () => {
      const made = await createSection(this.course, chapter, name, type)
      this.state.chapters.find(({ id }) => id === chapter)?.sections.push(made)
      this.stored.find((each) => each.chapter === chapter)?.sections.push(made.id)
      this.state.said = `新建了「${made.name}」`
      return made
    })
  }

  /** Gives a row another name; false when it could not be, which `problem` explains. */
  rename(kind: Kind, row: Chapter | Section, name: string): Promise<boolean> {
    return this.change(async () => {
      await renameRow(this.course, kind, row.id, { read_at: this.readAt, was: row.name, name })
      row.name = name
      this.state.said = `改名为「${name}」`
    })
  }

  /** Deletes a section; false as for `rename`. */
  removeSection(section: Section): Promise<boolean> {
    const { id, name: was } = section
    return this.change(async () => {
      const { warning } = await removeRow(this.course, 'section', id, { read_at: this.readAt, was })
      for (const each of this.state.chapters) each.sections = each.sections.filter((row) => row.id !== id)
      for (const each of this.stored) each.sections = each.sections.filter((pk) => pk !== id)
      this.state.said = [`删除了「${was}」`, warning].filter(Boolean).join('。')
    })
  }

  /** Deletes a chapter with its sections; false as for `rename`. */
  removeChapter(chapter: Chapter): Promise<boolean> {
    const { id, name: was } = chapter
    return this.change(async () => {
      const sections = chapter.sections.map((section) => section.id)
      const { warning } = await removeRow(this.course, 'chapter', id, { read_at: this.readAt, was, sections })
      this.state.chapters = this.state.chapters.filter((row) => row.id !== id)
      this.stored = this.stored.filter((row) => row.chapter !== id)
      this.state.said = [`删除了「${was}」`, warning].filter(Boolean).join('。')
    })
  }

  /** Shows the states of videos. */
  apply(states: SectionMedia[]): void {
    for (const media of states) {
      const section = this.find(media.id)
      if (section) section.media = media
    }
  }

  /** Sections whose videos will change by themselves. */
  awaited(): { processing: number[]; uploading: number[] } {
    const of = (state: MediaState) =>
      this.sections.filter(({ media }) => media.state === state).map(({ id }) => id)
    return { processing: of(MediaState.Processing), uploading: of(MediaState.Uploading) }
  }

  /** Sends what has been moved, until the server has all of it. */
  save(): Promise<void> {
    return this.inTurn(async () => {
      // Saved by the one before, or read again after a conflict that the user has still to see.
      if (!this.isUnsaved) return
      try {
        while (this.isUnsaved) await this.saveNext()
        Object.assign(this.state, { problem: '', retriable: false })
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        await this.refused(error)
      }
    })
  }

  private change(act: () => Promise<void>): Promise<boolean> {
    return this.inTurn(async () => {
      try {
        await act()
        Object.assign(this.state, { problem: '', retriable: false })
        return true
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        await this.refused(error)
        // What can be sent again is an order; this is typed or clicked again.
        this.state.retriable = this.isUnsaved
        return false
      }
    })
  }

  private async saveNext() {
    const now = arrangementOf(this.state.chapters)
    const order = chapterChange(this.stored, now)
    if (order) {
      const before = new Map(this.stored.map((each) => [each.chapter, each]))
      const { read_at, chapters } = await orderChapters(this.course, this.readAt, order)
      this.stored = order.order.flatMap((id) => before.get(id) ?? [])
      this.number(chapters)
      this.readAt = read_at
      return
    }
    const { read_at } = await orderSections(this.course, this.readAt, sectionChanges(this.stored, now))
    this.stored = now
    this.readAt = read_at
  }

  private number(chapters: { id: number; chapter: number }[]) {
    const numbers = new Map(chapters.map(({ id, chapter }) => [id, chapter]))
    for (const each of this.state.chapters) each.chapter = numbers.get(each.id) ?? each.chapter
  }

  private async refused(error: ApiError) {
    if (OUTDATED.includes(error.status)) await this.read()
    const retriable = !OUTDATED.includes(error.status)
    Object.assign(this.state, { problem: error.msg, retriable, said: '' })
  }

  private async read() {
    try {
      const { read_at, rights, chapters } = await fetchOutline(this.course)
      this.readAt = read_at
      this.stored = arrangementOf(chapters)
      Object.assign(this.state, { phase: 'ready', rights, chapters, problem: '', retriable: false })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      Object.assign(this.state, { phase: 'failed', problem: error.msg, retriable: false })
    }
  }

  private tell(name: string, { chapter, at }: Place) {
    const number = this.state.chapters.find(({ id }) => id === chapter)?.chapter
    this.state.said = `「${name}」移到了第 ${number} 章第 ${at + 1} 位`
  }
}
