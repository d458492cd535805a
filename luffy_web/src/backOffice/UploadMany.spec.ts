import userEvent from '@testing-library/user-event'
import { render, screen } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { MEDIA, RULES, UploadServer, videoFile } from '@/testing/uploadServer'

import { UploadMachine } from './uploadMachine'
import UploadMany from './UploadMany.vue'

it('waits until it is known which sections have a video, and replaces none', async () => {
  const uploads = new UploadServer()
  uploads.media = { ...MEDIA, state: 3, playable: true }
  const machine = new UploadMachine(42, RULES)
  const row = { section: 42, host: document.body, name: () => '循环', isVideo: () => true, setDuration: () => undefined }
  render(UploadMany, { props: { lines: [{ row, machine }], types: RULES.types } })

  void machine.look()
  await userEvent.upload(screen.getByLabelText('批量上传视频'), videoFile())

  expect(await screen.findByText('第一课.mp4 没有可放的课时，请先添加课时并保存')).toBeVisible()
  expect(machine.state.phase).toBe('ready')
  expect(uploads.calls).toEqual([])
})
