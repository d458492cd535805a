import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { aDetail, aSession } from '@/testing/samples'
import { answer } from '@/testing/server'

import CourseAttachment from './CourseAttachment.vue'

const leaveFor = vi.hoisted(() => vi.fn())
vi.mock('@/composables/base/useLeave', () => ({ useLeave: () => ({ leaveFor }) }))

const FILE = { url: '/files/token/.download/a.zip', name: 'a.zip', expires_at: '2099-01-01T00:00:00Z' }
const said = () => useNotice().notices.value.map(({ text }) => text)

describe('CourseAttachment', () => {
  beforeEach(() => leaveFor.mockReset())

  const click = async (changes: object, loggedIn = true) => {
    await show(CourseAttachment, { loggedIn, props: { course: aDetail({ has_attachment: true, ...changes }) } })
    await userEvent.click(screen.getByRole('button', { name: /下载课件/ }))
  }

  it('downloads for an owner, by a URL requested on the click', async () => {
    const asked = answer('get', 'course/9/attachment/', { data: FILE })

    await click({ owned: true })

    await vi.waitFor(() => expect(leaveFor).toHaveBeenCalledWith(FILE.url))
    expect(asked).toHaveLength(1)
    expect(screen.getByRole('button')).toHaveTextContent(/^下载课件$/)
  })

  it('asks for a login, and continues after it', async () => {
    const asked = answer('get', 'course/9/attachment/', { data: FILE })

    await click({ owned: false }, false)
    const session = useSessionStore()
    expect(session.loginMode).toBe('login')
    expect(asked).toHaveLength(0)
    session.start(aSession())

    await vi.waitFor(() => expect(leaveFor).toHaveBeenCalledWith(FILE.url))
  })

  it.each([
    ['99.00', '购买'],
    ['0.00', '加入'],
  ])('says how to get access at a price of %s', async (real_price, how) => {
    answer('get', 'course/9/attachment/', { status: 403, msg: '您还没有购买该课程' })

    await click({ owned: false, real_price })

    await vi.waitFor(() => expect(said()).toContain(`${how}课程后可以下载课件。`))
    expect(leaveFor).not.toHaveBeenCalled()
    expect(screen.getByRole('button')).toHaveTextContent(`${how}后可下载`)
  })
})
