import { describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import { run } from '@/testing/mounting'

import { useDialogForm } from './useDialogForm'

describe('useDialogForm', () => {
  const open = async (send: () => Promise<void>) => {
    const accepted = vi.fn()
    const { result } = await run(() => useDialogForm({ reason: '' }, {}, send, accepted))
    result.ask()
    result.form.fields.reason = '买错了'
    return { ...result, accepted }
  }

  it('closes and forgets what was typed once it is accepted', async () => {
    const { asked, form, accepted } = await open(() => Promise.resolve())

    await form.submit()

    expect(accepted).toHaveBeenCalledOnce()
    expect(asked.value).toBe(false)
    expect(form.fields.reason).toBe('')
  })

  it('stays open with what was typed when it is refused', async () => {
    const { asked, form, accepted } = await open(() => Promise.reject(new ApiError(503, 0, '请稍后再试')))

    await form.submit()

    expect(accepted).not.toHaveBeenCalled()
    expect(asked.value).toBe(true)
    expect(form.fields.reason).toBe('买错了')
    expect(form.message.value).toBe('请稍后再试')
  })

  it('is opened again with what was typed, and without the old message', async () => {
    const { asked, ask, form } = await open(() => Promise.reject(new ApiError(409, 0, '已有一笔退款')))
    await form.submit()

    asked.value = false
    ask()

    expect(form.fields.reason).toBe('买错了')
    expect(form.message.value).toBe('')
  })
})
