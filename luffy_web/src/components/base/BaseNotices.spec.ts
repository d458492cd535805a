import userEvent from '@testing-library/user-event'
import { render, screen, within } from '@testing-library/vue'
import { beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'

import { useNotice } from '@/composables/base/useNotice'

import BaseDialog from './BaseDialog.vue'
import BaseNotices from './BaseNotices.vue'

const { notices, tell, dismiss } = useNotice()

describe('BaseNotices', () => {
  beforeEach(() => notices.value.forEach(({ id }) => dismiss(id)))

  it('shows a notice until the visitor closes it', async () => {
    render(BaseNotices)
    tell('资料已保存。')
    expect(await screen.findByText('资料已保存。')).toBeVisible()

    await userEvent.click(screen.getByRole('button', { name: '关闭提示' }))

    expect(screen.queryByText('资料已保存。')).toBeNull()
  })

  it('shows it inside of an open dialog, which covers the page, and on the page once that is closed', async () => {
    const page = render(BaseNotices)
    const { rerender } = render(BaseDialog, { props: { open: true, title: '登录' } })
    tell('已复制。')
    await nextTick()

    expect(within(screen.getByRole('dialog')).getByText('已复制。')).toBeVisible()
    expect(within(page.container as HTMLElement).queryByText('已复制。')).toBeNull()

    await rerender({ open: false })
    expect(within(page.container as HTMLElement).getByText('已复制。')).toBeVisible()
  })
})
