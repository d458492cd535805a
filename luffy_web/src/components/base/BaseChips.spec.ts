import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'

import { show } from '@/testing/mounting'

import BaseChips from './BaseChips.vue'

const choices = [
  { value: undefined, label: '全部' },
  { value: 0, label: '未支付' },
  { value: 1, label: '已支付' },
]

describe('BaseChips', () => {
  it('is a named group in which one choice is pressed', async () => {
    await show(BaseChips, { props: { label: '订单状态', choices, chosen: 0 } })

    expect(screen.getByRole('group', { name: '订单状态' })).toBeVisible()
    expect(screen.getAllByRole('button', { pressed: true }).map((chip) => chip.textContent)).toEqual(['未支付'])
  })

  it('emits the chosen value, also undefined', async () => {
    const { emitted } = await show(BaseChips, { props: { label: '订单状态', choices, chosen: 0 } })

    await userEvent.click(screen.getByRole('button', { name: '已支付' }))
    await userEvent.click(screen.getByRole('button', { name: '全部' }))

    expect(emitted().choose).toEqual([[1], [undefined]])
  })

  it('presses none when the choice is not among them', async () => {
    await show(BaseChips, { props: { label: '订单状态', choices, chosen: 99 } })

    expect(screen.queryByRole('button', { pressed: true })).toBeNull()
  })
})
