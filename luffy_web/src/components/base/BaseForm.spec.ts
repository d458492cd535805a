import userEvent from '@testing-library/user-event'
import { render, screen } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'
import { ref } from 'vue'

import BaseForm from './BaseForm.vue'

const form = (message: string, wait: number) => ({
  message: ref(message),
  wait: ref(wait),
  busy: ref(false),
  submit: () => Promise.resolve(),
})

describe('BaseForm', () => {
  it('shows what the server said, and the time to wait', () => {
    render(BaseForm, { props: { form: form('尝试太频繁', 90) } })

    expect(screen.getByRole('alert')).toHaveTextContent('尝试太频繁')
    expect(screen.getByRole('timer')).toHaveTextContent('后可以再试')
  })

  it('says why it cannot be sent when the message has been taken away', () => {
    render(BaseForm, { props: { form: form('', 90) } })

    expect(screen.getByRole('alert')).toHaveTextContent('操作太频繁了，请稍后再试。')
  })

  it('shows nothing while there is nothing to say', () => {
    render(BaseForm, { props: { form: form('', 0) } })

    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('moves the focus to the first field that is not acceptable', async () => {
    const slot = '<input aria-label="一" /><input aria-label="二" aria-invalid="true" /><button type="submit">提交</button>'
    render(BaseForm, { props: { form: form('', 0) }, slots: { default: slot } })

    await userEvent.click(screen.getByRole('button', { name: '提交' }))

    expect(screen.getByLabelText('二')).toHaveFocus()
  })
})
