import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { useNotice } from '@/composables/base/useNotice'
import { useUnread } from '@/composables/inbox/useUnread'
import { show } from '@/testing/mounting'
import { aMessage, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'
import type { InboxMessage, MessagePreference } from '@/types'

import InboxMessages from './InboxMessages.vue'

const READ = '2026-11-24T10:00:00Z'
const preference = (changes: Partial<MessagePreference> = {}): MessagePreference => ({
  kind: 1,
  kind_name: '消息',
  channel: 2,
  channel_name: '短信',
  enabled: true,
  ...changes,
})

async function inbox(
  messages: InboxMessage[],
  { at = '/user/messages', count = messages.length, preferences = [preference()] } = {},
) {
  const reads = answer('get', 'inbox/', { data: pageOf(messages, count) })
  answer('get', 'inbox/preference/', { data: preferences })
  const { router } = await show(InboxMessages, { at, loggedIn: true })
  return Object.assign(reads, { router })
}

const head = (name: RegExp) => screen.findByRole('button', { name, expanded: false })

describe('InboxMessages', () => {
  beforeEach(() => useUnread().know(2))

  it('opens a message, marks it as read and lowers the number of the bell', async () => {
    const marks = answer('post', 'inbox/7/read/', {})
    await inbox([aMessage()])
    expect(screen.queryByText('周六凌晨停机两小时。')).toBeNull()

    await userEvent.click(await head(/未读：\s*停机维护/))

    expect(screen.getByText('周六凌晨停机两小时。')).toBeVisible()
    await vi.waitFor(() => expect(marks).toHaveLength(1))
    expect(useUnread().unread.value).toBe(1)
    expect(screen.queryByText('未读：')).toBeNull()
    await userEvent.click(screen.getByRole('button', { name: /停机维护/ }))
    expect(screen.queryByText('周六凌晨停机两小时。')).toBeNull()
    expect(marks).toHaveLength(1)
  })

  it('leads to the page that a message speaks of', async () => {
    await inbox([
      aMessage({ id: 8, title: '有了新的回答', link: '/user/questions?question=3', read_at: READ }),
      aMessage({ read_at: READ }),
    ])

    await userEvent.click(await head(/有了新的回答/))
    expect(screen.getByRole('link', { name: '去看看：有了新的回答' })).toHaveAttribute('href', '/user/questions?question=3')
    await userEvent.click(await head(/停机维护/))

    expect(screen.queryByRole('link', { name: /去看看/ })).toBeNull()
  })

  it('marks nothing that was read before', async () => {
    const marks = answer('post', 'inbox/7/read/', {})
    await inbox([aMessage({ read_at: READ })])

    await userEvent.click(await head(/停机维护/))

    expect(screen.getByText('周六凌晨停机两小时。')).toBeVisible()
    expect(marks).toHaveLength(0)
    expect(useUnread().unread.value).toBe(2)
  })

  it('shows what is in a text as text', async () => {
    answer('post', 'inbox/7/read/', {})
    await inbox([aMessage({ text: '<img src=x onerror=alert(1)>' })])

    await userEvent.click(await head(/停机维护/))

    expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeVisible()
  })

  it('marks all that were shown, and none that came since', async () => {
    const marks = answer('post', 'inbox/read/', { data: { unread: 0 } })
    const reads = await inbox([aMessage({ id: 9 }), aMessage()])

    await userEvent.click(await screen.findByRole('button', { name: '全部标为已读' }))

    await vi.waitFor(() => expect(reads).toHaveLength(2))
    expect(marks.map(({ body }) => body)).toEqual([{ up_to: 9 }])
    expect(useUnread().unread.value).toBe(0)
  })

  it('has a filter and pages in the address', async () => {
    const reads = await inbox([aMessage()], { at: '/user/messages?page=2', count: 23 })
    expect(await screen.findByRole('button', { name: '第 2 页' })).toHaveAttribute('aria-current', 'page')

    await userEvent.click(screen.getByRole('button', { name: '未读' }))

    await vi.waitFor(() => expect(reads.map(({ url }) => url.search)).toEqual(['?page=2', '?unread=true&page=1']))
    expect(reads.router.currentRoute.value.fullPath).toBe('/user/messages?unread=true')
  })

  it('says that there is nothing', async () => {
    await inbox([])
    expect(await screen.findByText('您还没有收到消息。')).toBeVisible()
    expect(screen.queryByRole('button', { name: '全部标为已读' })).toBeNull()
  })

  it('turns a kind off, and shows what is stored', async () => {
    await inbox([])
    const changes = answer('put', 'inbox/preference/', { data: [preference({ enabled: false })] })
    const box = await screen.findByRole('checkbox', { name: '消息：短信' })
    expect(box).toBeChecked()

    await userEvent.click(box)

    await vi.waitFor(() => expect(box).not.toBeChecked())
    expect(changes.map(({ body }) => body)).toEqual([{ kind: 1, channel: 2, enabled: false }])
  })

  it('shows the ways of a kind beside its name', async () => {
    const bought = { kind: 4 as const, kind_name: '购买' }
    const rows = [preference(), preference(bought), preference({ ...bought, channel: 3, channel_name: '邮件' })]
    await inbox([], { preferences: rows })

    const section = within(await screen.findByRole('region', { name: '接收设置' }))

    const shown = await section.findAllByRole('listitem')
    expect(shown.map((row) => within(row).getAllByRole('checkbox').length)).toEqual([1, 2])
  })

  it('leaves the box as it is when it cannot be stored', async () => {
    await inbox([])
    answer('put', 'inbox/preference/', { status: 503, code: 1503, msg: '服务暂时不可用' })
    const section = within(await screen.findByRole('region', { name: '接收设置' }))
    const box = await section.findByRole('checkbox')

    await userEvent.click(box)

    await vi.waitFor(() => expect(useNotice().notices.value.map(({ text }) => text)).toContain('服务暂时不可用'))
    expect(box).toBeChecked()
  })
})
