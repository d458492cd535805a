import { http, HttpResponse } from 'msw'

import type { Chapter, Outline, Rights, Section, SectionMedia } from '@/backOffice/outline/server'

import { server } from './server'
import { refuse } from './uploadServer'

const API = '*/api/v1/course/7/outline/'
const ALL: Rights = {
  add_chapter: true,
  add_section: true,
  order_chapters: true,
  order_sections: true,
  rename_chapter: true,
  rename_section: true,
  remove_chapter: true,
  remove_section: true,
  upload: true,
  open_forms: true,
  open_quizzes: true,
}

const ok = (data: unknown, status = 200) => HttpResponse.json({ code: 100, msg: '成功', data }, { status })

export const mediaWith = (id: number, fields: Partial<SectionMedia> = {}): SectionMedia => ({
  ...{ id, state: 3, progress: 0, error: '', playable: true, duration: 600 },
  ...fields,
})

/** A section of the outline; its name is its letter. */
export function sectionWith(name: string, fields: Partial<Section> = {}): Section {
  const id = name.charCodeAt(0)
  return { id, name, section_type: 2, free_trail: false, is_show: true, has_text: false, media: mediaWith(id), ...fields }
}

/**
 * A server with the outline of course 7: by default chapter 1 with a, b, c and chapter 2 with d. It records the
 * changes, and takes no uploads. There is no course 8.
 */
export class OutlineServer {
  rights = { ...ALL }
  first: Chapter = { id: 1, chapter: 1, name: '一', is_show: true, sections: ['a', 'b', 'c'].map((name) => sectionWith(name)) }
  second: Chapter = { id: 2, chapter: 2, name: '二', is_show: true, sections: [sectionWith('d')] }
  changes: unknown[] = []
  reads = 0
  polls: string[] = []
  states: SectionMedia[] = []
  /** The lines of subtitles of all sections, by language. */
  subtitles: Record<string, number> = { 'zh-CN': 0, en: 0 }
  onSubtitles: () => Response | null = () => null
  onChange: () => Response | null | Promise<Response | null> = () => null
  onAdd: (name: string) => Response | null = () => null
  private made = 100

  private get chapters(): Chapter[] {
    return [this.first, this.second]
  }

  constructor() {
    const change = async (kind: string, request: Request) => {
      this.changes.push({ kind, ...((await request.json()) as object) })
      const numbers = this.chapters.map(({ id, chapter }) => ({ id, chapter }))
      return (await this.onChange()) ?? ok({ read_at: `after ${this.changes.length}`, chapters: numbers })
    }
    const subtitles = () => {
      const labels: Record<string, string> = { 'zh-CN': '简体中文', en: 'English' }
      return ok(Object.entries(this.subtitles).map(([lang, lines]) => ({ lang, label: labels[lang], lines })))
    }
    server.use(
      http.get('*/api/v1/course/section/:id/subtitles/', () => this.onSubtitles() ?? subtitles()),
      http.put('*/api/v1/course/section/:id/subtitles/:lang/', async ({ request, params }) => {
        const file = (await request.formData()).get('file') as File
        this.changes.push(`${params.id} ${params.lang} ${await file.text()}`)
        this.subtitles[String(params.lang)] = 2
        return this.onSubtitles() ?? subtitles()
      }),
      http.delete('*/api/v1/course/section/:id/subtitles/:lang/', ({ params }) => {
        this.subtitles[String(params.lang)] = 0
        return subtitles()
      }),
      http.get('*/api/v1/course/8/outline/', () => refuse(404, '课程不存在')),
      http.post('*/api/v1/course/upload/', () => refuse(400, '存储不接受')),
      http.get(API, () => {
        this.reads += 1
        const outline: Outline = { read_at: `read ${this.reads}`, rights: this.rights, chapters: this.chapters }
        return ok(outline)
      }),
      http.get(`${API}media/`, ({ request }) => {
        this.polls.push(new URL(request.url).searchParams.get('sections') ?? '')
        return ok(this.states)
      }),
      http.put(`${API}section/order/`, ({ request }) => change('sections', request)),
      http.put(`${API}chapter/order/`, ({ request }) => change('chapters', request)),
      http.patch(`${API}:kind/:id/`, ({ request, params }) => change(`rename ${params.kind} ${params.id}`, request)),
      http.post(`${API}:kind/:id/remove/`, ({ request, params }) => change(`remove ${params.kind} ${params.id}`, request)),
      http.post(`${API}chapter/`, async ({ request }) => {
        const { name } = (await request.json()) as { name: string }
        const number = this.chapters.length + 1
        return this.onAdd(name) ?? ok({ id: (this.made += 1), chapter: number, name, is_show: true, sections: [] }, 201)
      }),
      http.post(`${API}section/`, async ({ request }) => {
        const { name, section_type } = (await request.json()) as Section
        const id = (this.made += 1)
        const media = mediaWith(id, { state: 0, playable: false, duration: 0 })
        return this.onAdd(name) ?? ok({ ...sectionWith('x', { name, section_type, media }), id }, 201)
      }),
    )
  }

  conflict(message: string): void {
    this.onChange = () => refuse(409, message)
  }
}
