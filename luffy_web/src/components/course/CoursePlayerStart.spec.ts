import { fireEvent, screen } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'

import { show } from '@/testing/mounting'

import CoursePlayerStart from './CoursePlayerStart.vue'

const POSTER = '/files/poster.jpg'

describe('CoursePlayerStart', () => {
  it('is a button, and tells keys from clicks', async () => {
    const { emitted } = await show(CoursePlayerStart, { props: { poster: POSTER, busy: false } })
    const button = screen.getByRole('button', { name: '播放视频' })

    await fireEvent.click(button, { detail: 1 })
    await fireEvent.click(button, { detail: 0 })

    expect(emitted().start).toEqual([[false], [true]])
  })

  it('says that the player is on its way', async () => {
    await show(CoursePlayerStart, { props: { poster: POSTER, busy: true } })

    expect(screen.getByRole('status')).toHaveTextContent('正在准备视频…')
    expect(screen.queryByRole('button')).toBeNull()
  })

  it('shows the cover until the picture of the video has come', async () => {
    const cover = { course_img: '/media/cover.webp', course_img_set: [{ url: '/media/cover-400.webp', width: 400 }] }
    const { container, rerender } = await show(CoursePlayerStart, { props: { poster: null, cover, busy: true } })
    const pictures = () => Array.from(container.querySelectorAll('img'), (img) => img.getAttribute('src'))

    expect(screen.getByRole('status')).toHaveTextContent('正在准备视频…')
    expect(container.querySelector('img')).toHaveAttribute('srcset', '/media/cover-400.webp 400w')
    await rerender({ poster: POSTER, busy: false })
    expect(pictures()).toEqual([cover.course_img, POSTER])

    const [, poster] = container.querySelectorAll('img')
    if (poster) await fireEvent.load(poster)

    expect(pictures()).toEqual([POSTER])
  })
})
