import userEvent from '@testing-library/user-event'
import { render, screen } from '@testing-library/vue'
import { beforeEach, describe, expect, it } from 'vitest'

import { film, MEDIA, no, School } from '@/testing/school'

import { createTransfer } from './transfer'
import UploadPanel from './UploadPanel.vue'

describe('UploadPanel', () => {
  let school: School

  beforeEach(() => (school = new School()))

  function show() {
    const props = { transfer: createTransfer(42, 1000), name: '循环', hint: '', narrow: true }
    render(UploadPanel, { props })
  }

  const button = (name: string) => screen.findByRole('button', { name })

  it('says whose film it is, and offers nothing before it knows how that is', async () => {
    school.media = { ...MEDIA, state: 3 }
    show()
    expect(screen.getByRole('group', { name: '视频：循环' })).toHaveTextContent('正在查看')
    expect(screen.queryByLabelText('选择视频')).toBeNull()

    expect(await screen.findByLabelText('更换视频')).toBeInTheDocument()
    expect(screen.getByRole('status')).toHaveTextContent('可播放')
  })

  it('keeps the keyboard when the control under it goes', async () => {
    school.onPart = () => new Promise<never>(() => undefined) as never
    show()
    await userEvent.upload(await screen.findByLabelText('选择视频'), film())
    expect(await button('暂停')).toHaveFocus()

    await userEvent.keyboard('{Enter}')
    expect(await button('继续')).toHaveFocus()

    await userEvent.click(await button('取消'))
    expect(await screen.findByLabelText('选择视频')).toHaveFocus()
  })

  it('has a failed conversion tried again, and tells that the film can be watched meanwhile', async () => {
    school.media = { ...MEDIA, state: 4, error: '转码失败', playable: true }
    show()
    expect(await screen.findByRole('alert')).toHaveTextContent('转码失败')
    expect(screen.getByText('学员仍可观看已有的视频。')).toBeVisible()

    await userEvent.click(await button('重试'))

    expect(await screen.findByText('可播放')).toBeVisible()
    expect(school.calls).toEqual(['retry'])
  })

  it('offers to look again when it may not know, but no way up', async () => {
    school.onLook = () => no(401, '请先登录')
    show()
    expect(await screen.findByText('暂时看不到状态')).toBeVisible()
    expect(screen.queryByLabelText('选择视频')).toBeNull()

    school.onLook = () => null
    await userEvent.click(await button('重试'))

    expect(await screen.findByText('还没有视频')).toBeVisible()
  })

  it('does not show a conversion that waits for its turn as one that stands still', async () => {
    school.media = { ...MEDIA, state: 2 }
    show()

    expect(await screen.findByText('等待开始')).toBeVisible()
    expect(screen.getByRole('progressbar', { name: '转码中' })).toHaveValue(0)
  })
})
