import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { useUnread } from '@/composables/inbox/useUnread'
import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'

import UserMenu from './UserMenu.vue'

describe('UserMenu', () => {
  it('leads to everything of the student, and tells of unread messages', async () => {
    useUnread().know(3)
    await show(UserMenu, { loggedIn: true })

    const targets = screen.getAllByRole('link').map((link) => link.getAttribute('href'))

    expect(targets).toEqual(['/user/courses', '/user/certificates', '/user/favourites', '/cart', '/user/questions', '/user/orders', '/vip', '/user/coupons', '/user/invoices', '/user/messages', '/user/profile'])
    expect(screen.getByRole('link', { name: /^消息\s*3 条未读$/ })).toBeVisible()
    useUnread().know(0)
  })

  it('logs out', async () => {
    answer('post', 'user/logout/', {})
    const { router } = await show(UserMenu, { loggedIn: true, at: '/user' })

    await userEvent.click(screen.getByRole('button', { name: '退出登录' }))

    await vi.waitFor(() => expect(useSessionStore().isLoggedIn).toBe(false))
    expect(router.currentRoute.value.path).toBe('/')
  })
})
