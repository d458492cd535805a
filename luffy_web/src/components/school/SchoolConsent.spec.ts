import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { show } from '@/testing/mounting'
import { aSession } from '@/testing/samples'
import { answer } from '@/testing/server'

import SchoolConsent from './SchoolConsent.vue'

const asked = [{ id: 7, kind: 'privacy', kind_name: '隐私政策', version: 2, note: '更新了客服电话' }]

async function opened() {
  const view = await show(SchoolConsent, { loggedIn: true })
  useSessionStore().start(aSession({ consent_needed: true }))
  await screen.findByRole('region', { name: '协议更新' })
  return view
}

describe('SchoolConsent', () => {
  it('says what is new and sends what was shown', async () => {
    answer('get', 'user/consent/', { data: { pending: asked, agreed: [] } })
    const calls = answer('post', 'user/consent/', { data: { pending: [], agreed: [] } })
    await opened()
    expect(screen.getByText(/更新了客服电话/)).toBeVisible()

    await userEvent.click(screen.getByRole('button', { name: '同意' }))

    await vi.waitFor(() => expect(useSessionStore().consentNeeded).toBe(false))
    expect(calls.map(({ body }) => body)).toEqual([{ agreements: [7] }])
  })

  it('can wait until the next login', async () => {
    answer('get', 'user/consent/', { data: { pending: asked, agreed: [] } })
    await opened()

    await userEvent.click(screen.getByRole('button', { name: '稍后再说' }))

    expect(useSessionStore().consentNeeded).toBe(false)
    expect(useSessionStore().isLoggedIn).toBe(true)
  })
})
