import { describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import { run } from '@/testing/mounting'

import { useDialogForm } from './useDialogForm'
import { useNotice } from './useNotice'

describe('useDialogForm', () => {
  const open = async (send: () => Promise<void>) => {
    const outcome = { accepted: vi.fn(), refused: vi.fn() }
    const { result } = await run(() => useDialogForm({ reason: '' }, {}, send, outcome))
    result.ask()
    result.form.fields.reason = '买错了'
    return { ...result, ...outcome }
  }

  it('closes and forgets what was typed once it is accepted', async () => {
    const { asked, form, accepted } = await open(() => Promise.resolve())

    await form.submit()

    expect(accepted).toHaveBeenCalledOnce()
    expect(asked.value).toBe(false)
    expect(form.fields.reason).toBe('')
  })

  it('stays open with what was typed when it is refused', async () => {
    const { asked, form, accepted, refused } = await open(() => Promise.reject(new ApiError(503, 0, '请稍后再试')))

    await form.submit()

    expect(accepted).not.toHaveBeenCalled()
    expect(refused).toHaveBeenCalledOnce()
    expect(asked.value).toBe(true)
    expect(form.fields.reason).toBe('买错了')
    expect(form.message.value).toBe('请稍后再试')
  })

  it('says by a notice what the server answers after it was closed', async () => {
    let refuse: (error: ApiError) => void = () => undefined
    const { asked, form } = await open(() => new Promise((_, reject) => (refuse = reject)))
    const sent = form.submit()

    asked.value = false
    refuse(new ApiError(0, 0, '网络好像断开了'))
    await sent

    expect(useNotice().notices.value.at(-1)?.text).toBe('网络好像断开了')
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
