import { http, HttpResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { MEDIA, refuse, RULES, UploadServer, videoFile } from '@/testing/uploadServer'
import { server } from '@/testing/server'

import { UploadMachine } from './uploadMachine'

describe('UploadMachine', () => {
  let uploads: UploadServer
  const made: UploadMachine[] = []
  const arrived = vi.fn()
  let interval: ReturnType<typeof setInterval> | undefined

  /** Ends every retry delay at once, by telling the browser that it is online again. */
  const skipDelays = () => (interval = setInterval(() => window.dispatchEvent(new Event('online')), 20))

  beforeEach(() => {
    uploads = new UploadServer()
    document.cookie = 'csrftoken=secret-token'
  })

  afterEach(() => {
    clearInterval(interval)
    made.splice(0).forEach((machine) => machine.destroy())
    arrived.mockClear()
  })

  function newMachine() {
    const machine = new UploadMachine(42, RULES, arrived)
    made.push(machine)
    return machine
  }

  const phase = (machine: UploadMachine, wanted: string) =>
    vi.waitFor(() => expect(machine.state.phase).toBe(wanted), { timeout: 10_000 })

  it('uploads a video in parts and reports when it is playable', async () => {
    const machine = newMachine()

    await machine.choose(videoFile())

    expect(uploads.content).toBe('0123456789')
    expect(uploads.calls[0]).toBe('begin 42 第一课.mp4 10')
    expect(uploads.calls.at(-1)).toBe('complete')
    expect(uploads.tokens).toEqual(new Set(['secret-token']))
    expect(machine.state).toMatchObject({ phase: 'ready', sent: 10 })
    expect(arrived).toHaveBeenCalledWith(expect.objectContaining({ duration: 75 }))
  })

  it('sends only the missing parts, as after a reload', async () => {
    uploads.parts.set(1, '0123').set(2, '4567')

    await newMachine().choose(videoFile())

    expect(uploads.calls.filter((call) => call.startsWith('part'))).toEqual(['part 3'])
    expect(uploads.content).toBe('0123456789')
  })

  it('continues by itself after a lost connection', async () => {
    uploads.onPart = (_, tries) => (tries < 3 ? HttpResponse.error() : null)
    const machine = newMachine()

    const run = machine.choose(videoFile())
    await vi.waitFor(() => expect(machine.state.message).toContain('网络不稳'), { timeout: 10_000 })
    await run

    expect(machine.state).toMatchObject({ phase: 'ready', message: '' })
    expect(uploads.content).toBe('0123456789')
  })

  it('gives up on a server that keeps failing, and can be retried', async () => {
    skipDelays()
    uploads.onPart = () => refuse(500, '服务器开小差了')
    const machine = newMachine()
    await machine.choose(videoFile())
    expect(machine.state).toMatchObject({ phase: 'failed', message: '服务器开小差了' })

    uploads.onPart = () => null
    await machine.retry()

    expect(machine.state.phase).toBe('ready')
  })

  it('waits while paused, and resumes with the missing parts', async () => {
    const machine = newMachine()
    uploads.onPart = (number) => {
      if (number === 1) machine.pause()
      return null
    }
    await machine.choose(videoFile())
    await phase(machine, 'paused')
    const before = uploads.calls.filter((call) => call === 'complete').length

    uploads.onPart = () => null
    await machine.resume()

    expect(before).toBe(0)
    expect(machine.state.phase).toBe('ready')
    expect(uploads.content).toBe('0123456789')
  })

  it('deletes the parts when it is cancelled', async () => {
    const machine = newMachine()
    let cancelled: Promise<void> | undefined
    uploads.onPart = () => {
      cancelled ??= machine.cancel()
      return null
    }

    await machine.choose(videoFile())
    await cancelled

    expect(uploads.calls).toContain('abort')
    expect(uploads.calls).not.toContain('complete')
    expect(machine.state).toMatchObject({ phase: 'idle', filename: '' })
  })

  it('sends nothing of a file that is not a video', async () => {
    const machine = newMachine()

    await machine.choose(new File(['x'], '讲义.pdf'))

    expect(uploads.calls).toEqual([])
    expect(machine.state).toMatchObject({ phase: 'failed', message: '请选择 MP4 或 FLV 格式的视频。' })
  })

  it('shows why the server refused the video', async () => {
    uploads.onComplete = () => refuse(400, '文件内容不是有效的 MP4 或 FLV 视频')
    const machine = newMachine()

    await machine.choose(videoFile())

    expect(machine.state).toMatchObject({ phase: 'failed', message: '文件内容不是有效的 MP4 或 FLV 视频' })
  })

  it('sends parts directly to S3, without the CSRF token', async () => {
    skipDelays()
    uploads.provider = 's3'
    uploads.onPart = (number, tries) =>
      number === 2 && tries === 1 ? new HttpResponse('<Error>expired</Error>', { status: 403 }) : null
    const machine = newMachine()

    await machine.choose(videoFile())

    expect(machine.state.phase).toBe('ready')
    expect(uploads.content).toBe('0123456789')
  })

  it('polls the transcoding until the video is playable', async () => {
    uploads.media = { ...MEDIA, state: 2, progress: 40 }
    const machine = newMachine()

    await machine.look()
    expect(machine.state).toMatchObject({ phase: 'processing', progress: 40 })
    uploads.media = { ...MEDIA, state: 3 }

    await phase(machine, 'ready')
  })

  it('shows why a transcoding failed, and retries it without the file', async () => {
    uploads.media = { ...MEDIA, state: 4, error: '视频文件已损坏' }
    const machine = newMachine()
    await machine.look()
    expect(machine.state).toMatchObject({ phase: 'failed', message: '视频文件已损坏' })

    await machine.retry()

    expect(uploads.calls).toEqual(['retry'])
    expect(machine.state.phase).toBe('ready')
  })

  it('is in an unknown state before the server has answered', async () => {
    const machine = newMachine()
    expect(machine.state.phase).toBe('looking')

    await machine.look()

    expect(machine.state.phase).toBe('idle')
  })

  it('waits for the connection when it queries the state', async () => {
    let looks = 0
    uploads.media = { ...MEDIA, state: 3 }
    uploads.onQuery = () => (++looks < 2 ? HttpResponse.error() : null)
    const machine = newMachine()

    const look = machine.look()
    await vi.waitFor(() => expect(machine.state.message).toContain('网络不稳'))
    expect(machine.state.phase).toBe('looking')
    await look

    expect(machine.state).toMatchObject({ phase: 'ready', message: '' })
  })

  it('does not take an expired login during a transcoding for a failure, and queries again', async () => {
    uploads.media = { ...MEDIA, state: 2, progress: 40 }
    const machine = newMachine()
    await machine.look()

    uploads.onQuery = () => refuse(401, '请先登录')
    await phase(machine, 'unknown')
    expect(machine.state).toMatchObject({ retriable: true, message: '登录已过期。请在新窗口重新登录后台，再点重试。' })
    uploads.onQuery = () => null
    await machine.retry()

    expect(machine.state).toMatchObject({ phase: 'processing', progress: 40, message: '' })
    expect(uploads.calls).not.toContain('retry')
  })

  it('shows no speed while the connection is lost', async () => {
    const speeds: number[] = []
    uploads.onPart = (_, tries) => (tries < 2 ? HttpResponse.error() : null)
    const machine = newMachine()

    const run = machine.choose(videoFile())
    await vi.waitFor(() => expect(machine.state.message).toContain('网络不稳'))
    const watching = setInterval(() => machine.state.message && speeds.push(machine.state.speed), 20)
    await run
    clearInterval(watching)

    expect(new Set(speeds)).toEqual(new Set([0]))
  })

  it('knows that students have the older video when another one is refused', async () => {
    uploads.media = { ...MEDIA, state: 3, playable: true }
    const machine = newMachine()
    await machine.look()

    await machine.choose(new File(['x'], '讲义.pdf'))

    expect(machine.state).toMatchObject({ phase: 'failed', playable: true, retriable: false })
  })

  it('shows the note of a playable video', async () => {
    uploads.media = { ...MEDIA, state: 3, error: '服务器没有安装 ffmpeg' }
    const machine = newMachine()

    await machine.look()

    expect(machine.state).toMatchObject({ phase: 'ready', message: '服务器没有安装 ffmpeg' })
  })

  it('asks for a login when the session has expired', async () => {
    server.use(http.post('*/api/v1/course/upload/', () => refuse(401, '请先登录')))
    const machine = newMachine()

    await machine.choose(videoFile())

    expect(machine.state.message).toContain('登录已过期')
  })
})
