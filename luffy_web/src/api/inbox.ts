import type { InboxMessage, MessagePreference, Page } from '@/types'

import { dataOf, done, http, quietly } from './http'

/** Newest first. */
export const fetchMessages = (
  query: { unread?: 'true' | 'false'; page?: number; page_size?: number },
  signal?: AbortSignal,
): Promise<Page<InboxMessage>> => dataOf(http.GET('/api/v1/inbox/', { params: { query }, signal }))

/** How many are unread, at most 100; a background request, so an ended session opens no dialog. */
export const fetchUnread = async (): Promise<number> =>
  (await dataOf(http.GET('/api/v1/inbox/unread/', quietly))).unread

export const readMessage = (id: number): Promise<void> =>
  done(http.POST('/api/v1/inbox/{id}/read/', { params: { path: { id } }, ...quietly }))

/** Up to the one of this id, the newest that was shown; resolves to how many are unread afterwards. */
export const readMessages = async (up_to: number): Promise<number> =>
  (await dataOf(http.POST('/api/v1/inbox/read/', { body: { up_to } }))).unread

export const fetchPreferences = (signal?: AbortSignal): Promise<MessagePreference[]> =>
  dataOf(http.GET('/api/v1/inbox/preference/', { signal }))

/** Resolves to all of them. */
export const savePreference = (
  body: Pick<MessagePreference, 'kind' | 'channel' | 'enabled'>,
): Promise<MessagePreference[]> => dataOf(http.PUT('/api/v1/inbox/preference/', { body }))
