import { http, HttpResponse } from 'msw'
import { expect } from 'vitest'

import { server } from './server'

const API = '*/api/v1/course/'
export const MEDIA = { state: 0, state_name: '', progress: 0, error: '', playable: false, duration: 0 }
const PART_SIZE = 4

/** The rules of the server under test. */
export const RULES = { types: { mp4: ['video/mp4'], flv: ['video/x-flv', 'video/flv'] }, maxBytes: 1000 }

const ok = (data: object) => HttpResponse.json({ code: 100, msg: '成功', data })
/** A refusal in the envelope. */
export const refuse = (status: number, msg: string): Response => HttpResponse.json({ code: 1000, msg, data: null, errors: {} }, { status })

/** A server that accepts a video for section 42 in parts of four bytes, and records the calls. */
export class UploadServer {
  parts = new Map<number, string>()
  calls: string[] = []
  media = { ...MEDIA }
  tokens = new Set<string | null>()
  onPart: (number: number, tries: number) => Response | null = () => null
  onComplete: () => Response | null = () => null
  onQuery: () => Response | null = () => null
  provider = 'local'
  private tries = new Map<number, number>()

  constructor() {
    const receive = async (number: number, request: Request) => {
      const tries = (this.tries.get(number) ?? 0) + 1
      this.tries.set(number, tries)
      this.calls.push(`part ${number}`)
      const body = await request.text()
      const refused = this.onPart(number, tries)
      if (!refused) this.parts.set(number, body)
      return refused
    }
    server.use(
      http.get(`${API}section/42/media/`, () => this.onQuery() ?? ok(this.media)),
      http.post(`${API}section/42/media/retry/`, () => {
        this.calls.push('retry')
        return ok((this.media = { ...MEDIA, state: 3 }))
      }),
      http.post(`${API}upload/`, async ({ request }) => {
        this.tokens.add(request.headers.get('X-CSRFToken'))
        const { section, filename, size } = (await request.json()) as Record<string, unknown>
        this.calls.push(`begin ${section} ${filename} ${size}`)
        const session = { id: 7, provider: this.provider, key: 'k', part_size: PART_SIZE, ticket: {} }
        return ok({ ...session, parts_done: [...this.parts.keys()] })
      }),
      http.put(`${API}upload/7/parts/:number/`, async ({ params, request }) => {
        this.tokens.add(request.headers.get('X-CSRFToken'))
        return (await receive(Number(params.number), request)) ?? ok({})
      }),
      http.post(`${API}upload/7/sign/`, async ({ request }) => {
        const { parts } = (await request.json()) as { parts: number[] }
        return ok({ urls: Object.fromEntries(parts.map((part) => [part, `http://s3.test/k?part=${part}`])) })
      }),
      http.put('http://s3.test/k', async ({ request }) => {
        expect(request.headers.get('X-CSRFToken')).toBeNull()
        const number = Number(new URL(request.url).searchParams.get('part'))
        return (await receive(number, request)) ?? new HttpResponse(null, { status: 200 })
      }),
      http.post(`${API}upload/7/complete/`, () => {
        this.calls.push('complete')
        return this.onComplete() ?? ok((this.media = { ...MEDIA, state: 3, duration: 75 }))
      }),
      http.delete(`${API}upload/7/`, () => {
        this.calls.push('abort')
        this.parts.clear()
        return ok({})
      }),
    )
  }

  get content(): string {
    return [...this.parts].sort(([one], [other]) => one - other).map(([, text]) => text).join('')
  }
}

export const videoFile = (): File => new File(['0123456789'], '第一课.mp4', { type: 'video/mp4' })
