import userEvent from '@testing-library/user-event'
import { fireEvent, screen } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'

import { useConfirm } from '@/composables/base/useConfirm'
import { show } from '@/testing/mounting'

import BaseConfirm from './BaseConfirm.vue'

async function asked() {
  await show(BaseConfirm)
  const answer = useConfirm().confirm('取消后需要重新下单。', '取消订单', '确定取消')
  await screen.findByRole('dialog', { name: '取消订单' })
  return { answer }
}

const press = (name: string) => userEvent.click(screen.getByRole('button', { name }))

describe('BaseConfirm', () => {
  it('shows nothing without a question', async () => {
    await show(BaseConfirm)

    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('answers yes only by the named button', async () => {
    const { answer } = await asked()
    expect(screen.getByText('取消后需要重新下单。')).toBeVisible()

    await press('确定取消')

    expect(await answer).toBe(true)
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('answers no by the other button', async () => {
    const { answer } = await asked()

    await press('再想想')

    expect(await answer).toBe(false)
  })

  it('answers no by Escape', async () => {
    const { answer } = await asked()

    await fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }))

    expect(await answer).toBe(false)
  })

  it('answers no to a question that another one replaces', async () => {
    const { answer } = await asked()

    const next = useConfirm().confirm('所有登录都会失效。', '退出所有设备', '全部退出')

    expect(await answer).toBe(false)
    await press('全部退出')
    expect(await next).toBe(true)
  })
})
