import { http, HttpResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { film, MEDIA, no, School } from '@/testing/school'
import { server } from '@/testing/server'

import { createTransfer, type Transfer } from './transfer'

describe('createTransfer', () => {
  let school: School
  const made: Transfer[] = []
  const arrived = vi.fn()
  let hurry: ReturnType<typeof setInterval> | undefined

  /** A browser that finds its line again all the time need not wait. */
  const hurryUp = () => (hurry = setInterval(() => window.dispatchEvent(new Event('online')), 20))

  beforeEach(() => {
    school = new School()
    document.cookie = 'csrftoken=secret-token'
  })

  afterEach(() => {
    clearInterval(hurry)
    made.splice(0).forEach((transfer) => transfer.destroy())
    arrived.mockClear()
  })

  function transferring() {
    const transfer = createTransfer(42, 1000, arrived)
    made.push(transfer)
    return transfer
  }

  const phase = (transfer: Transfer, wanted: string) =>
    vi.waitFor(() => expect(transfer.state.phase).toBe(wanted), { timeout: 10_000 })

  it('brings a film up in parts and tells when it plays', async () => {
    const transfer = transferring()

    await transfer.choose(film())

    expect(school.content).toBe('0123456789')
    expect(school.calls[0]).toBe('begin 42 第一课.mp4 10')
    expect(school.calls.at(-1)).toBe('complete')
    expect(school.tokens).toEqual(new Set(['secret-token']))
    expect(transfer.state).toMatchObject({ phase: 'ready', sent: 10 })
    expect(arrived).toHaveBeenCalledWith(expect.objectContaining({ duration: 75 }))
  })

  it('sends only what has not arrived yet, as after a reload', async () => {
    school.parts.set(1, '0123').set(2, '4567')

    await transferring().choose(film())

    expect(school.calls.filter((call) => call.startsWith('part'))).toEqual(['part 3'])
    expect(school.content).toBe('0123456789')
  })

  it('goes on by itself after a lost line', async () => {
    school.onPart = (_, tries) => (tries < 3 ? HttpResponse.error() : null)
    const transfer = transferring()

    const run = transfer.choose(film())
    await vi.waitFor(() => expect(transfer.state.message).toContain('网络不稳'), { timeout: 10_000 })
    await run

    expect(transfer.state).toMatchObject({ phase: 'ready', message: '' })
    expect(school.content).toBe('0123456789')
  })

  it('gives up on a server that is broken for good, and can be told to try again', async () => {
    hurryUp()
    school.onPart = () => no(500, '服务器开小差了')
    const transfer = transferring()
    await transfer.choose(film())
    expect(transfer.state).toMatchObject({ phase: 'failed', message: '服务器开小差了' })

    school.onPart = () => null
    await transfer.retry()

    expect(transfer.state.phase).toBe('ready')
  })

  it('waits while it is paused, and goes on with the rest', async () => {
    const transfer = transferring()
    school.onPart = (number) => {
      if (number === 1) transfer.pause()
      return null
    }
    await transfer.choose(film())
    await phase(transfer, 'paused')
    const before = school.calls.filter((call) => call === 'complete').length

    school.onPart = () => null
    await transfer.resume()

    expect(before).toBe(0)
    expect(transfer.state.phase).toBe('ready')
    expect(school.content).toBe('0123456789')
  })

  it('leaves nothing behind when it is cancelled', async () => {
    const transfer = transferring()
    let cancelled: Promise<void> | undefined
    school.onPart = () => {
      cancelled ??= transfer.cancel()
      return null
    }

    await transfer.choose(film())
    await cancelled

    expect(school.calls).toContain('abort')
    expect(school.calls).not.toContain('complete')
    expect(transfer.state).toMatchObject({ phase: 'idle', filename: '' })
  })

  it('sends nothing of a file that cannot be a film', async () => {
    const transfer = transferring()

    await transfer.choose(new File(['x'], '讲义.pdf'))

    expect(school.calls).toEqual([])
    expect(transfer.state).toMatchObject({ phase: 'failed', message: '请选择 MP4 或 FLV 格式的视频。' })
  })

  it('says what the school found wrong with the film', async () => {
    school.onComplete = () => no(400, '文件内容不是有效的 MP4 或 FLV 视频')
    const transfer = transferring()

    await transfer.choose(film())

    expect(transfer.state).toMatchObject({ phase: 'failed', message: '文件内容不是有效的 MP4 或 FLV 视频' })
  })

  it('brings parts straight to S3, and never shows it our token', async () => {
    hurryUp()
    school.provider = 's3'
    school.onPart = (number, tries) =>
      number === 2 && tries === 1 ? new HttpResponse('<Error>expired</Error>', { status: 403 }) : null
    const transfer = transferring()

    await transfer.choose(film())

    expect(transfer.state.phase).toBe('ready')
    expect(school.content).toBe('0123456789')
  })

  it('follows the conversion until the film plays', async () => {
    school.media = { ...MEDIA, state: 2, progress: 40 }
    const transfer = transferring()

    await transfer.look()
    expect(transfer.state).toMatchObject({ phase: 'processing', progress: 40 })
    school.media = { ...MEDIA, state: 3 }

    await phase(transfer, 'ready')
  })

  it('tells why a conversion failed, and has it tried again without the file', async () => {
    school.media = { ...MEDIA, state: 4, error: '视频文件已损坏' }
    const transfer = transferring()
    await transfer.look()
    expect(transfer.state).toMatchObject({ phase: 'failed', message: '视频文件已损坏' })

    await transfer.retry()

    expect(school.calls).toEqual(['retry'])
    expect(transfer.state.phase).toBe('ready')
  })

  it('knows nothing before the school has said it', async () => {
    const transfer = transferring()
    expect(transfer.state.phase).toBe('looking')

    await transfer.look()

    expect(transfer.state.phase).toBe('idle')
  })

  it('waits for the line when it looks', async () => {
    let looks = 0
    school.media = { ...MEDIA, state: 3 }
    school.onLook = () => (++looks < 2 ? HttpResponse.error() : null)
    const transfer = transferring()

    const look = transfer.look()
    await vi.waitFor(() => expect(transfer.state.message).toContain('网络不稳'))
    expect(transfer.state.phase).toBe('looking')
    await look

    expect(transfer.state).toMatchObject({ phase: 'ready', message: '' })
  })

  it('takes a session that is over during a conversion for no failure of it, and looks again', async () => {
    school.media = { ...MEDIA, state: 2, progress: 40 }
    const transfer = transferring()
    await transfer.look()

    school.onLook = () => no(401, '请先登录')
    await phase(transfer, 'unknown')
    expect(transfer.state).toMatchObject({ retriable: true, message: '登录已过期。请在新窗口重新登录后台，再点重试。' })
    school.onLook = () => null
    await transfer.retry()

    expect(transfer.state).toMatchObject({ phase: 'processing', progress: 40, message: '' })
    expect(school.calls).not.toContain('retry')
  })

  it('tells no speed while the line is lost', async () => {
    const speeds: number[] = []
    school.onPart = (_, tries) => (tries < 2 ? HttpResponse.error() : null)
    const transfer = transferring()

    const run = transfer.choose(film())
    await vi.waitFor(() => expect(transfer.state.message).toContain('网络不稳'))
    const watching = setInterval(() => transfer.state.message && speeds.push(transfer.state.speed), 20)
    await run
    clearInterval(watching)

    expect(new Set(speeds)).toEqual(new Set([0]))
  })

  it('knows that students have the older film when another one is refused', async () => {
    school.media = { ...MEDIA, state: 3, playable: true }
    const transfer = transferring()
    await transfer.look()

    await transfer.choose(new File(['x'], '讲义.pdf'))

    expect(transfer.state).toMatchObject({ phase: 'failed', playable: true, retriable: false })
  })

  it('tells what there is to know of a film that plays', async () => {
    school.media = { ...MEDIA, state: 3, error: '服务器没有安装 ffmpeg' }
    const transfer = transferring()

    await transfer.look()

    expect(transfer.state).toMatchObject({ phase: 'ready', message: '服务器没有安装 ffmpeg' })
  })

  it('asks for a login in kind words when the session is over', async () => {
    server.use(http.post('*/api/v1/course/upload/', () => no(401, '请先登录')))
    const transfer = transferring()

    await transfer.choose(film())

    expect(transfer.state.message).toContain('登录已过期')
  })
})
