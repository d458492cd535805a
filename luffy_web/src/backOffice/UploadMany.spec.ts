import userEvent from '@testing-library/user-event'
import { render, screen } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { film, MEDIA, School } from '@/testing/school'

import { createTransfer } from './transfer'
import UploadMany from './UploadMany.vue'

it('waits until it is known which sections have a film, and replaces none', async () => {
  const school = new School()
  school.media = { ...MEDIA, state: 3, playable: true }
  const transfer = createTransfer(42, 1000)
  const row = { section: 42, host: document.body, name: () => '循环', isVideo: () => true, setDuration: () => undefined }
  render(UploadMany, { props: { lines: [{ row, transfer }] } })

  void transfer.look()
  await userEvent.upload(screen.getByLabelText('批量上传视频'), film())

  expect(await screen.findByText('第一课.mp4 没有可放的课时，请先添加课时并保存')).toBeVisible()
  expect(transfer.state.phase).toBe('ready')
  expect(school.calls).toEqual([])
})
