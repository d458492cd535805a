import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { aCourse, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

import SearchMissing from './SearchMissing.vue'

async function missing() {
  answer('get', 'course/', { data: pageOf([aCourse({ name: 'Python 入门' })]) })
  const { router } = await show(SearchMissing, { props: { text: '这个页面不存在。' } })
  return { router, form: within(screen.getByRole('search', { name: '找一找' })) }
}

describe('SearchMissing', () => {
  it('says what happened, and shows what others learn', async () => {
    await missing()

    expect(screen.getByText('这个页面不存在。')).toBeVisible()
    expect(await screen.findByRole('link', { name: 'Python 入门' })).toBeVisible()
    expect(screen.getByRole('link', { name: '回到首页' })).toHaveAttribute('href', '/')
  })

  it('searches for what is typed, and not for nothing', async () => {
    const { router, form } = await missing()

    await userEvent.type(form.getByRole('searchbox'), '  {Enter}')
    expect(router.currentRoute.value.path).toBe('/')

    await userEvent.type(form.getByRole('searchbox'), ' 爬虫  实战 {Enter}')
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toContain('/course/search'))
    expect(router.currentRoute.value.query).toEqual({ word: '爬虫 实战' })
  })
})
