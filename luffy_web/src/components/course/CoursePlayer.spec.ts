import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import CoursePlayer from './CoursePlayer.vue'

vi.mock('@/player/engine')

const PLAY = { url: '/files/a.mp4', type: 'mp4', expires_at: '2099-01-01T00:00:00Z', position: 0, poster: null }

describe('CoursePlayer', () => {
  const cover = { course_img: '/media/cover.webp', course_img_set: [] }
  const picture = () => document.querySelector('img')?.getAttribute('src')

  it('shows the cover at once, but not between two videos', async () => {
    answer('get', 'course/section/:id/play/', { data: PLAY })
    const { rerender } = await show(CoursePlayer, { props: { sectionId: 1, cover } })
    expect(picture()).toBe(cover.course_img)
    expect(screen.getByRole('status')).toHaveTextContent('正在准备视频…')
    expect(await screen.findByRole('button', { name: '播放视频' })).toBeVisible()
    expect(picture()).toBe(cover.course_img)

    await rerender({ sectionId: 2 })

    expect(screen.getByRole('status')).toHaveTextContent('正在准备视频…')
    expect(picture()).toBeUndefined()
    expect(await screen.findByRole('button', { name: '播放视频' })).toBeVisible()
    expect(screen.queryByRole('status')).toBeNull()
  })

  it('has no picture where the video is refused', async () => {
    answer('get', 'course/section/:id/play/', { status: 403, msg: '请先购买该课程' })
    await show(CoursePlayer, { props: { sectionId: 1, cover } })

    expect(await screen.findByRole('alert')).toHaveTextContent('请先购买该课程')
    expect(picture()).toBeUndefined()
  })
})
