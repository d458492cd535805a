import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'

import { show } from '@/testing/mounting'

import BaseErrorState from './BaseErrorState.vue'

describe('BaseErrorState', () => {
  it('shows the message and offers a retry', async () => {
    const { emitted } = await show(BaseErrorState, { props: { message: '网络好像断开了' } })

    await userEvent.click(screen.getByRole('button', { name: '重试' }))

    expect(screen.getByRole('alert')).toHaveTextContent('网络好像断开了')
    expect(emitted('retry')).toHaveLength(1)
  })

  it('tries again by itself when the network is back', async () => {
    const { emitted } = await show(BaseErrorState, { props: { message: '网络好像断开了' } })

    window.dispatchEvent(new Event('online'))

    expect(emitted('retry')).toHaveLength(1)
  })

  it('counts down until the server accepts a request', async () => {
    vi.useFakeTimers()
    await show(BaseErrorState, { props: { message: '操作太频繁', retryAfter: 2 } })
    expect(screen.getByRole('button', { name: '2 秒后可重试' })).toBeDisabled()

    await vi.advanceTimersByTimeAsync(2000)
    await nextTick()

    expect(screen.getByRole('button', { name: '重试' })).toBeEnabled()
  })
})
