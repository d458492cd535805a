import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { afterEach, describe, expect, it } from 'vitest'

import { useTheme } from '@/composables/base/useTheme'
import { show } from '@/testing/mounting'

import LayoutTheme from './LayoutTheme.vue'

afterEach(() => useTheme().choose('system'))

describe('LayoutTheme', () => {
  it('says what is chosen, and chooses', async () => {
    await show(LayoutTheme)
    expect(screen.getByRole('button', { name: '跟随系统' })).toHaveAttribute('aria-pressed', 'true')

    await userEvent.click(screen.getByRole('button', { name: '深色' }))

    expect(screen.getByRole('button', { name: '深色' })).toHaveAttribute('aria-pressed', 'true')
    expect(document.documentElement.dataset.theme).toBe('dark')
  })
})
