import { screen } from '@testing-library/vue'
import { beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'

import { show } from '@/testing/mounting'

import { useKeptFocus } from './useKeptFocus'

const shown = ref(true)
const Buttons = defineComponent(() => {
  useKeptFocus()
  return () => h('div', [h('button', '继续支付'), shown.value ? h('button', '取消订单') : null])
})

describe('useKeptFocus', () => {
  beforeEach(async () => {
    shown.value = true
    document.body.insertAdjacentHTML('beforeend', '<main id="content" tabindex="-1"></main>')
    await show(Buttons)
  })
  async function removeButton() {
    shown.value = false
    await nextTick()
  }

  it('moves it to the content when its button disappears', async () => {
    screen.getByRole('button', { name: '取消订单' }).focus()

    await removeButton()

    expect(screen.getByRole('main')).toHaveFocus()
  })

  it('leaves it where it is when another button disappears', async () => {
    screen.getByRole('button', { name: '继续支付' }).focus()

    await removeButton()

    expect(screen.getByRole('button', { name: '继续支付' })).toHaveFocus()
  })

  it('takes none that was not there', async () => {
    await removeButton()

    expect(document.body).toHaveFocus()
  })
})
