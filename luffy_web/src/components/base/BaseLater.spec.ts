import { screen } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { show } from '@/testing/mounting'

import BaseLater from './BaseLater.vue'

it('renders its content in a later task', async () => {
  await show(BaseLater, { slots: { default: '<p>页脚</p>' } })

  expect(screen.queryByText('页脚')).not.toBeInTheDocument()
  expect(await screen.findByText('页脚')).toBeVisible()
})
