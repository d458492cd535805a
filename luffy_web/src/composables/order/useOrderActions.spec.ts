import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'

import { useConfirm } from '@/composables/base/useConfirm'
import { useNotice } from '@/composables/base/useNotice'
import { run } from '@/testing/mounting'
import { anOrder } from '@/testing/samples'
import { answer } from '@/testing/server'

import { useOrderActions } from './useOrderActions'

async function actions() {
  const changed = vi.fn()
  const { result } = await run(() => useOrderActions(() => anOrder(), changed), { loggedIn: true })
  return { ...result, changed }
}
const lastNotice = () => useNotice().notices.value.at(-1)?.text

describe('cancelling', () => {
  it('does nothing without a confirmation', async () => {
    const calls = answer('post', 'order/01M825K83G/cancel/', {})
    const { cancelling, changed } = await actions()

    const run = cancelling.run()
    useConfirm().answer(false)
    await run

    expect(calls).toHaveLength(0)
    expect(changed).not.toHaveBeenCalled()
  })

  it('cancels after it, and says so', async () => {
    const calls = answer('post', 'order/01M825K83G/cancel/', {})
    const { cancelling, changed } = await actions()

    const run = cancelling.run()
    expect(useConfirm().confirmation.value?.question).toContain('确定取消这个订单吗')
    useConfirm().answer(true)
    await run
    await flushPromises()

    expect(calls).toHaveLength(1)
    expect(lastNotice()).toBe('订单已取消。')
    expect(changed).toHaveBeenCalledOnce()
  })

  it('reports a change when it is refused, for example because it was paid meanwhile', async () => {
    answer('post', 'order/01M825K83G/cancel/', { status: 409, msg: '订单已支付。' })
    const { cancelling, changed } = await actions()

    const run = cancelling.run()
    useConfirm().answer(true)
    await run

    expect(lastNotice()).toBe('订单已支付。')
    expect(changed).toHaveBeenCalledOnce()
  })
})
