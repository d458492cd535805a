import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'
import { defineComponent, ref } from 'vue'

import { show } from '@/testing/mounting'

import BaseTabs from './BaseTabs.vue'

const Host = defineComponent({
  components: { BaseTabs },
  setup: () => ({
    selected: ref('password'),
    tabs: [
      { name: 'password', label: '密码' },
      { name: 'sms', label: '短信' },
      { name: 'code', label: '扫码' },
    ],
  }),
  template: `<BaseTabs v-model="selected" label="登录方式" :tabs="tabs">
    <template #password><input aria-label="口令" /></template>
    <template #sms>验证码</template>
    <template #code>二维码</template>
  </BaseTabs>`,
})

const tab = (name: string) => screen.getByRole('tab', { name })

describe('BaseTabs', () => {
  it('shows the panel of the selected tab, and names it by the tab', async () => {
    await show(Host)

    expect(screen.getByRole('tablist', { name: '登录方式' })).toBeVisible()
    expect(tab('密码')).toHaveAttribute('aria-selected', 'true')
    expect(screen.getByRole('tabpanel', { name: '密码' })).toBeVisible()
    expect(tab('密码')).toHaveAttribute('aria-controls', screen.getByRole('tabpanel').id)
  })

  it('renders a panel when it is first selected, and keeps what was typed', async () => {
    await show(Host)
    await userEvent.type(screen.getByLabelText('口令'), 'secret')
    expect(screen.queryByText('验证码')).toBeNull()

    await userEvent.click(tab('短信'))
    expect(screen.getByRole('tabpanel', { name: '短信' })).toHaveTextContent('验证码')
    expect(screen.getByLabelText('口令')).not.toBeVisible()
    await userEvent.click(tab('密码'))

    expect(screen.getByLabelText('口令')).toHaveValue('secret')
  })

  it('is one stop of the Tab key', async () => {
    await show(Host)

    tab('密码').focus()
    await userEvent.tab()

    expect(screen.getByLabelText('口令')).toHaveFocus()
  })

  it.each([
    ['{ArrowRight}', '短信'],
    ['{ArrowRight}{ArrowRight}{ArrowRight}', '密码'],
    ['{ArrowLeft}', '扫码'],
    ['{End}', '扫码'],
    ['{End}{Home}', '密码'],
  ])('selects and focuses by %s', async (keys, name) => {
    await show(Host)
    tab('密码').focus()

    await userEvent.keyboard(keys)

    expect(tab(name)).toHaveFocus()
    expect(tab(name)).toHaveAttribute('aria-selected', 'true')
    expect(screen.getByRole('tabpanel', { name })).toBeVisible()
  })
})
