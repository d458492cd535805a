import { describe, expect, it } from 'vitest'

import { useConfirm } from './useConfirm'

describe('useConfirm', () => {
  it.each([true, false])('shows a question and resolves with the answer %s', async (yes) => {
    const { confirmation, confirm, answer } = useConfirm()

    const asked = confirm('取消后需要重新下单。', '取消订单', '取消订单')
    expect(confirmation.value).toEqual({
      title: '取消订单',
      question: '取消后需要重新下单。',
      yes: '取消订单',
    })
    answer(yes)

    expect(await asked).toBe(yes)
    expect(confirmation.value).toBeNull()
  })

  it('declines a question that another caller replaces', async () => {
    const first = useConfirm().confirm('第一个问题', '标题', '确定')
    const second = useConfirm().confirm('第二个问题', '标题', '确定')
    useConfirm().answer(true)

    expect(await first).toBe(false)
    expect(await second).toBe(true)
  })

  it('does not answer the next question with a late second click', async () => {
    const { confirm, answer } = useConfirm()
    const first = confirm('第一个问题', '标题', '确定')
    answer(true)
    answer(false)

    expect(await first).toBe(true)
  })
})
