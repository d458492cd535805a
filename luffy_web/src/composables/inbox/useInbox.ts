import { ref, watch, type ComputedRef, type Ref } from 'vue'

import { fetchMessages, readMessage, readMessages } from '@/api/inbox'
import { useAction, type Action } from '@/composables/base/useAction'
import { usePagedList, useQueryState, type PagedList, type QueryState } from '@/composables/base/usePagedList'
import { positiveOf, textOf } from '@/format/query'
import type { InboxMessage, Page } from '@/types'

import { useUnread } from './useUnread'

export interface InboxState {
  unread: boolean
  page: number
}

interface Inbox extends QueryState<InboxState>, Omit<PagedList<Page<InboxMessage>>, 'data' | 'rows'> {
  messages: ComputedRef<InboxMessage[]>
  /** Whether a message is still to be read; what was opened here is not. */
  isUnread: (message: InboxMessage) => boolean
  open: (message: InboxMessage) => Promise<void>
  openedId: Ref<number | null>
  readAll: Action
}

/** My messages; opening one marks it as read. */
export function useInbox(): Inbox {
  const { lower, know } = useUnread()
  const { state, change } = useQueryState<InboxState>(
    (query) => ({ unread: textOf(query.unread) === 'true', page: positiveOf(query.page) ?? 1 }),
    ({ unread }) => ({ unread: unread ? 'true' : undefined }),
  )
  const { rows: messages, count, loading, error, reload } = usePagedList(
    () => ({ unread: state.value.unread ? ('true' as const) : undefined, page: state.value.page }),
    fetchMessages,
  )
  const openedId = ref<number | null>(null)
  const readHere = ref(new Set<number>())
  watch(() => JSON.stringify(state.value), () => (openedId.value = null))

  const isUnread = ({ id, read_at }: InboxMessage) => !read_at && !readHere.value.has(id)

  async function open(message: InboxMessage): Promise<void> {
    openedId.value = openedId.value === message.id ? null : message.id
    if (!isUnread(message)) return
    readHere.value.add(message.id)
    lower()
    // It is marked with the next visit, if not now.
    await readMessage(message.id).catch(() => readHere.value.delete(message.id))
  }

  /** Nothing that came since is marked; the first page has the newest. */
  const readAll = useAction(async () => {
    const [newest] = state.value.page === 1 ? messages.value : (await fetchMessages({ page_size: 1 })).results
    if (!newest) return
    know(await readMessages(newest.id))
    await reload()
  })

  return { state, change, messages, count, loading, error, reload, isUnread, open, openedId, readAll }
}
