import { fireEvent, screen } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'

import { show } from '@/testing/mounting'

import CoursePlayerStart from './CoursePlayerStart.vue'

const POSTER = '/files/poster.jpg'

describe('CoursePlayerStart', () => {
  it('is a button, and tells keys from clicks', async () => {
    const { emitted } = await show(CoursePlayerStart, { props: { poster: POSTER, starting: false } })
    const button = screen.getByRole('button', { name: '播放视频' })

    await fireEvent.click(button, { detail: 1 })
    await fireEvent.click(button, { detail: 0 })

    expect(emitted().start).toEqual([[false], [true]])
  })

  it('says that the player is on its way', async () => {
    await show(CoursePlayerStart, { props: { poster: POSTER, starting: true } })

    expect(screen.getByRole('status')).toHaveTextContent('正在准备视频…')
    expect(screen.queryByRole('button')).toBeNull()
  })
})
