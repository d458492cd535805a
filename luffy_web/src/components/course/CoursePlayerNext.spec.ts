import { fireEvent, screen } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'

import { show } from '@/testing/mounting'
import { aSection } from '@/testing/samples'

import CoursePlayerNext from './CoursePlayerNext.vue'

describe('CoursePlayerNext', () => {
  beforeEach(() => vi.useFakeTimers())

  async function ending() {
    return show(CoursePlayerNext, { props: { next: aSection({ name: '循环' }) } })
  }

  it('opens the next section after five seconds, once', async () => {
    const { emitted } = await ending()

    vi.advanceTimersByTime(4900)
    expect(emitted('go')).toBeUndefined()
    vi.advanceTimersByTime(20_000)

    expect(emitted('go')).toHaveLength(1)
  })

  it('stays when the viewer cancels, and offers a replay', async () => {
    const { emitted } = await ending()

    await fireEvent.click(screen.getByRole('button', { name: '取消' }))
    vi.advanceTimersByTime(20_000)
    await nextTick()
    await fireEvent.click(screen.getByRole('button', { name: '重看一遍' }))

    expect(emitted('go')).toBeUndefined()
    expect(emitted('again')).toHaveLength(1)
  })
})
