import { screen } from '@testing-library/vue'
import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import { show } from '@/testing/mounting'
import { aCourse, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

import HomeContinue from './HomeContinue.vue'

const begun = { percent: 40, done: 2, total: 5, section_id: 117, section_name: '变量', position: 65, certificate: false }
const courses = [
  { ...aCourse({ id: 1, name: '学过的课' }), progress: begun, can_leave: false, ends_at: null },
  { ...aCourse({ id: 2, name: '没学过的课' }), progress: { ...begun, percent: 0, section_id: null, section_name: '' }, can_leave: false, ends_at: null },
]

describe('HomeContinue', () => {
  it('shows what was begun, with the place and the way there', async () => {
    const calls = answer('get', 'course/mine/', { data: pageOf(courses) })
    await show(HomeContinue, { loggedIn: true })

    const link = await screen.findByRole('link', { name: /学过的课/ })
    expect(link).toHaveAttribute('href', '/learn/1/117')
    expect(link).toHaveTextContent(/变量 0?1:05/)
    expect(screen.queryByText('没学过的课')).toBeNull()
    expect(calls[0]?.url.search).toBe('?state=unfinished&ordering=latest&page=1&page_size=3')
  })

  it('asks nothing for a visitor, and shows nothing to who has begun nothing', async () => {
    await show(HomeContinue)
    expect(screen.queryByRole('region')).toBeNull()

    answer('get', 'course/mine/', { data: pageOf([]) })
    await show(HomeContinue, { loggedIn: true })
    await flushPromises()
    expect(screen.queryByRole('region')).toBeNull()
  })
})
