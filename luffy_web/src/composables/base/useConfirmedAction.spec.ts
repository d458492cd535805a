import { describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import { run } from '@/testing/mounting'

import { useConfirm } from './useConfirm'
import { useConfirmedAction } from './useConfirmedAction'
import { useNotice } from './useNotice'

const QUESTION = { title: '取消订单', question: '确定吗？', yes: '取消订单' }
const lastNotice = () => useNotice().notices.value.at(-1)?.text

describe('useConfirmedAction', () => {
  async function asking(act: (number: string) => Promise<void>) {
    const changed = vi.fn()
    const { result } = await run(() => useConfirmedAction(QUESTION, act, '订单已取消。', changed), { loggedIn: true })
    const running = result.run('01M')
    expect(useConfirm().confirmation.value).toEqual(QUESTION)
    return { running, changed }
  }

  it('acts after a yes, and reports it', async () => {
    const act = vi.fn(() => Promise.resolve())
    const { running, changed } = await asking(act)
    expect(act).not.toHaveBeenCalled()

    useConfirm().answer(true)
    await running

    expect(act).toHaveBeenCalledExactlyOnceWith('01M')
    expect(lastNotice()).toBe('订单已取消。')
    expect(changed).toHaveBeenCalledOnce()
  })

  it('does nothing after a no', async () => {
    const act = vi.fn(() => Promise.resolve())
    const { running, changed } = await asking(act)

    useConfirm().answer(false)
    await running

    expect(act).not.toHaveBeenCalled()
    expect(changed).not.toHaveBeenCalled()
  })

  it('shows a refusal, after which the page is out of date', async () => {
    const { running, changed } = await asking(() => Promise.reject(new ApiError(409, 0, '订单已支付，不能取消')))

    useConfirm().answer(true)
    await running

    expect(lastNotice()).toBe('订单已支付，不能取消')
    expect(changed).toHaveBeenCalledOnce()
  })
})
