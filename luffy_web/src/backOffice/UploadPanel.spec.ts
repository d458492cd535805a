import userEvent from '@testing-library/user-event'
import { render, screen } from '@testing-library/vue'
import { beforeEach, describe, expect, it } from 'vitest'

import { MEDIA, refuse, RULES, UploadServer, videoFile } from '@/testing/uploadServer'

import { UploadMachine } from './uploadMachine'
import UploadPanel from './UploadPanel.vue'

describe('UploadPanel', () => {
  let uploads: UploadServer

  beforeEach(() => (uploads = new UploadServer()))

  function show() {
    const props = { machine: new UploadMachine(42, RULES), name: '循环', types: RULES.types, hint: '', narrow: true }
    render(UploadPanel, { props })
  }

  const button = (name: string) => screen.findByRole('button', { name })

  it('names its section, and offers nothing before the state of the video is known', async () => {
    uploads.media = { ...MEDIA, state: 3 }
    show()
    expect(screen.getByRole('group', { name: '视频：循环' })).toHaveTextContent('正在查看')
    expect(screen.queryByLabelText('选择视频')).toBeNull()

    expect(await screen.findByLabelText('更换视频')).toBeInTheDocument()
    expect(screen.getByRole('status')).toHaveTextContent('可播放')
  })

  it('accepts the video types of the server', async () => {
    show()

    const field = await screen.findByLabelText('选择视频')

    expect(field).toHaveAttribute('accept', '.mp4,video/mp4,.flv,video/x-flv,video/flv')
  })

  it('keeps the focus when the focused control disappears', async () => {
    uploads.onPart = () => new Promise<never>(() => undefined) as never
    show()
    await userEvent.upload(await screen.findByLabelText('选择视频'), videoFile())
    expect(await button('暂停')).toHaveFocus()

    await userEvent.keyboard('{Enter}')
    expect(await button('继续')).toHaveFocus()

    await userEvent.click(await button('取消'))
    expect(await screen.findByLabelText('选择视频')).toHaveFocus()
  })

  it('retries a failed transcoding, and says that the older video can be watched meanwhile', async () => {
    uploads.media = { ...MEDIA, state: 4, error: '转码失败', playable: true }
    show()
    expect(await screen.findByRole('alert')).toHaveTextContent('转码失败')
    expect(screen.getByText('学员仍可观看已有的视频。')).toBeVisible()

    await userEvent.click(await button('重试'))

    expect(await screen.findByText('可播放')).toBeVisible()
    expect(uploads.calls).toEqual(['retry'])
  })

  it('offers another query, but no upload, when the state cannot be queried', async () => {
    uploads.onQuery = () => refuse(401, '请先登录')
    show()
    expect(await screen.findByText('暂时看不到状态')).toBeVisible()
    expect(screen.queryByLabelText('选择视频')).toBeNull()

    uploads.onQuery = () => null
    await userEvent.click(await button('重试'))

    expect(await screen.findByText('还没有视频')).toBeVisible()
  })

  it('shows a transcoding that has not started as waiting', async () => {
    uploads.media = { ...MEDIA, state: 2 }
    show()

    expect(await screen.findByText('等待开始')).toBeVisible()
    expect(screen.getByRole('progressbar', { name: '转码中' })).toHaveValue(0)
  })
})
