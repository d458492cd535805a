import { expect, it, vi } from 'vitest'
import { ref } from 'vue'

import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { aSession } from '@/testing/samples'
import { answer } from '@/testing/server'

import { useSectionContent } from './useSectionContent'

it('loads each section, and again after a login, because access depends on the user', async () => {
  const calls = answer('get', 'course/section/:id/content/', { data: { html: '<p>变量</p>', answer_html: '' } })
  const section = ref(1)
  const { result } = await run(() => useSectionContent(() => section.value))
  await vi.waitFor(() => expect(result.content.value?.html).toBe('<p>变量</p>'))

  section.value = 2
  await vi.waitFor(() => expect(calls).toHaveLength(2))
  useSessionStore().start(aSession())
  await vi.waitFor(() => expect(calls).toHaveLength(3))

  expect(calls.map(({ url }) => url.pathname.split('/').at(-3))).toEqual(['1', '2', '2'])
  expect(calls.map(({ token }) => token)).toEqual([null, null, 'jwt token-1'])
})

it('reads a section of a draft by its preview link', async () => {
  const calls = answer('get', 'course/7/preview/section/:id/content/', { data: { html: '<p>草稿</p>', answer_html: '' } })
  const link = { course: 7, token: 'signed' }

  const { result } = await run(() => useSectionContent(() => 3, () => link))
  await vi.waitFor(() => expect(result.content.value?.html).toBe('<p>草稿</p>'))

  expect(calls.map(({ url }) => `${url.pathname.split('/').at(-3)}${url.search}`)).toEqual(['3?token=signed'])
})
