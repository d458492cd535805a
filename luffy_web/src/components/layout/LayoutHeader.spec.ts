import { screen } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { narrowScreen } from '@/testing/narrowScreen'
import { answer } from '@/testing/server'

import LayoutHeader from './LayoutHeader.vue'
import LayoutTabBar from './LayoutTabBar.vue'

const box = () => screen.queryByRole('combobox', { name: '搜索课程' })

describe('LayoutHeader', () => {
  beforeEach(() => {
    answer('get', 'course/search/hot/', { data: [] })
  })

  it('has the lists and the search box on a wide screen', async () => {
    await show(LayoutHeader)

    expect(screen.getByRole('link', { name: '实战课' })).toBeVisible()
    expect(box()).toBeVisible()
  })

  it('leads to the search on a phone', async () => {
    narrowScreen()
    await show(LayoutHeader)

    expect(screen.getByRole('link', { name: '搜索课程' })).toHaveAttribute('href', '/course/search')
    expect(box()).toBeNull()
    expect(screen.queryByRole('link', { name: '实战课' })).toBeNull()
  })

  it.each([
    ['/course/search', true],
    ['/course/search?word=Go', false],
  ])('has the box on a phone at %s, which waits for a word: %s', async (at, waits) => {
    narrowScreen()
    // The tests' renderer moves what it has mounted, which takes the focus away.
    const focus = vi.spyOn(HTMLInputElement.prototype, 'focus')
    await show(LayoutHeader, { at })

    expect(box()).toBeVisible()
    expect(focus).toHaveBeenCalledTimes(waits ? 1 : 0)
  })
})

describe('LayoutTabBar', () => {
  it.each([
    ['/', '首页', 'page'],
    ['/all-courses?category=3', '分类', 'page'],
    ['/light-course', '分类', 'true'],
    ['/user/courses', '学习', 'page'],
    ['/user', '我的', 'page'],
    ['/user/orders/01M825K83G', '我的', 'true'],
  ])('at %s has %s as the current tab', async (at, label, current) => {
    await show(LayoutTabBar, { at })

    const tabs = screen.getAllByRole('link')

    expect(tabs.map((tab) => tab.textContent?.trim())).toEqual(['首页', '分类', '学习', '我的'])
    expect(screen.getByRole('link', { name: label })).toHaveAttribute('aria-current', current)
    expect(tabs.filter((tab) => tab.hasAttribute('aria-current'))).toHaveLength(1)
  })
})
