import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { aDetail, aSection } from '@/testing/samples'
import { answer } from '@/testing/server'

import CourseLearnStage from './CourseLearnStage.vue'

describe('CourseLearnStage', () => {
  it.each([
    ['0.00', '了解并加入课程'],
    ['9.00', '了解并购买课程'],
  ])('leads from a closed section of a course at %s to its page: %s', async (real_price, name) => {
    answer('get', 'course/section/:id/content/', { status: 403, msg: '请先购买或加入该课程' })
    const [course, section] = [aDetail({ real_price }), aSection({ section_type: 0, free_trail: false })]
    await show(CourseLearnStage, { props: { course, section, previous: undefined, next: undefined, kept: false, done: false } })

    expect(await screen.findByRole('link', { name })).toHaveAttribute('href', `/course/${course.id}#price`)
  })

  it.each([
    ['one who is refused', false, false, null],
    ['one who owns it', true, false, '/cover.webp'],
    ['everybody who may try it', false, true, '/cover.webp'],
  ])('shows the cover while it asks what plays, to who may see it: %s', async (_, owned, free_trail, cover) => {
    answer('get', 'course/section/:id/play/', { status: 503 })
    const [course, section] = [aDetail({ owned, course_img: '/cover.webp' }), aSection({ section_type: 2, free_trail })]
    const { container } = await show(CourseLearnStage, {
      props: { course, section, previous: undefined, next: undefined, kept: false, done: false },
    })

    expect(container.querySelector('.player img')?.getAttribute('src') ?? null).toBe(cover)
  })

  it.each<[0 | 2, string, Record<string, string | number | string[]>]>([
    [2, 'play', { url: '/files/a.mp4', type: 'mp4', position: 0, subtitles: [], chapters: [] }],
    [0, 'content', { section_type: 0, html: '<p>一</p>' }],
  ])('says that a section of type %i may be seen', async (section_type, address, data) => {
    answer('get', `course/section/:id/${address}/`, { data })
    const [course, section] = [aDetail({ owned: false }), aSection({ section_type, free_trail: false })]
    const { emitted } = await show(CourseLearnStage, {
      props: { course, section, previous: undefined, next: undefined, kept: false, done: false },
    })

    await vi.waitFor(() => expect(emitted('opened')).toHaveLength(1))
  })
})
