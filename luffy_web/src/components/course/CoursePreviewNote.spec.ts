import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import CoursePreviewNote from './CoursePreviewNote.vue'

const note = (state: string, isDraft: boolean): string =>
  mount(CoursePreviewNote, { props: { state, isDraft, ends: '2026-12-01T08:00:00+08:00' } }).text()

describe('CoursePreviewNote', () => {
  it('says of a draft that nobody else sees it', () => {
    expect(note('下线', true)).toContain('当前状态：下线。只有持有链接的人可以看到，链接有效至')
  })

  it('does not say so of a course that is announced', () => {
    expect(note('预上线', false)).toContain('当前状态：预上线。链接有效至')
  })
})
