import userEvent from '@testing-library/user-event'
import { fireEvent, screen, waitFor } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'

import BaseDialog from './BaseDialog.vue'

const opened = (props: object = {}) =>
  show(BaseDialog, { props: { open: true, title: '登录', ...props }, slots: { default: '<input aria-label="手机号" />' } })

describe('BaseDialog', () => {
  it('is modal, named by its title, and focuses its first field', async () => {
    await opened()

    expect(screen.getByRole('dialog', { name: '登录' })).toHaveProperty('open', true)
    await waitFor(() => expect(screen.getByLabelText('手机号')).toHaveFocus())
  })

  it('focuses the first field again when another form replaces the content', async () => {
    const { rerender } = await opened({ closable: true })
    screen.getByRole('button', { name: '关闭' }).focus()

    await rerender({ title: '注册' })

    await waitFor(() => expect(screen.getByLabelText('手机号')).toHaveFocus())
  })

  it('keeps the Tab key inside, in both directions', async () => {
    vi.spyOn(Element.prototype, 'getClientRects').mockReturnValue([{}] as unknown as DOMRectList)
    await opened({ closable: true })
    const [close, field] = [screen.getByRole('button', { name: '关闭' }), screen.getByLabelText('手机号')]
    await waitFor(() => expect(field).toHaveFocus())

    await userEvent.tab()
    expect(close).toHaveFocus()
    await userEvent.tab({ shift: true })

    expect(field).toHaveFocus()
  })

  it('asks to be closed by the button and by Escape, and stays open until it is', async () => {
    const { emitted } = await opened({ closable: true })
    const dialog = screen.getByRole('dialog')

    await userEvent.click(screen.getByRole('button', { name: '关闭' }))
    const escape = new Event('cancel', { cancelable: true })
    await fireEvent(dialog, escape)

    expect(emitted('close')).toHaveLength(2)
    expect(escape.defaultPrevented).toBe(true)
    expect(dialog).toHaveProperty('open', true)
  })

  it('discards its content when it closes, and reports that it has closed', async () => {
    const { rerender, emitted } = await opened()

    await rerender({ open: false })

    expect(screen.queryByLabelText('手机号')).toBeNull()
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(emitted('closed')).toHaveLength(1)
    expect(emitted('close')).toBeUndefined()
  })

  it('reports when the browser has closed it by itself', async () => {
    const { emitted } = await opened()

    screen.getByRole<HTMLDialogElement>('dialog').close()

    expect(emitted('close')).toHaveLength(1)
  })
})
