import { screen } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'

import { reloadSite } from '@/composables/school/useSite'
import { show } from '@/testing/mounting'
import { aSite } from '@/testing/samples'
import { answer } from '@/testing/server'

import LayoutFooterLinks from './LayoutFooterLinks.vue'

describe('LayoutFooterLinks', () => {
  it('leads to packages only while some are sold', async () => {
    answer('get', 'home/site/', { data: aSite() })
    await reloadSite()
    const { unmount } = await show(LayoutFooterLinks)
    expect(screen.getByRole('link', { name: '免费课' })).toBeVisible()
    expect(screen.queryByRole('link', { name: '套餐' })).toBeNull()
    unmount()

    answer('get', 'home/site/', { data: aSite({ sold: ['package'] }) })
    await reloadSite()
    await show(LayoutFooterLinks)

    expect(screen.getByRole('link', { name: '套餐' })).toHaveAttribute('href', '/packages')
  })
})
