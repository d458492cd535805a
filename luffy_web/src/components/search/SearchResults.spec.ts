import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { aCourse, aHit, pageOf, understood } from '@/testing/samples'
import { answer, type Call } from '@/testing/server'

import SearchResults from './SearchResults.vue'

describe('SearchResults', () => {
  let popular: Call[]

  beforeEach(() => {
    answer('get', 'course/search/hot/', { data: ['Python', '爬虫'] })
    answer('get', 'course/category/', { data: [{ id: 3, name: '前端' }, { id: 4, name: '数据分析' }] })
    popular = answer('get', 'course/', { data: pageOf([aCourse({ name: '大家都在学' })]) })
  })
  const found = (hits: ReturnType<typeof aHit>[], did_you_mean: string | null = null) =>
    answer('get', 'course/search/', { data: pageOf(hits), extra: understood({ did_you_mean }) })
  const at = (query: string) => show(SearchResults, { at: `/course/search?${query}` })

  it('highlights the word in the results', async () => {
    found([aHit({ marks: { name: [[7, 9]], brief: [[3, 5]] } })])
    await at('word=爬虫')

    expect(await screen.findByText('爬虫', { selector: 'mark' })).toBeVisible()
    expect(screen.getByText('请求', { selector: 'mark' })).toBeVisible()
    expect(screen.getByRole('status')).toHaveTextContent('找到 1 门课程')
    expect(document.title).toBe('爬虫 - 搜索 - Luffy 学堂')
  })

  it('shows markup as text', async () => {
    const name = '<img src=x onerror=alert(1)> 入门'
    found([aHit({ name, marks: { name: [[0, 28]], brief: [] } })], '<b>x</b>')
    await at('word=<script>alert(1)</script>')

    expect(await screen.findByRole('link', { name })).toBeVisible()
    expect(screen.getByText('<img src=x onerror=alert(1)>', { selector: 'mark' })).toBeVisible()
    expect(screen.getByRole('link', { name: '<b>x</b>' })).toBeVisible()
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('「<script>alert(1)</script>」的搜索结果')
    expect(document.querySelector('script, b, [onerror]')).toBeNull()
  })

  it('is filtered and sorted', async () => {
    const calls = found([aHit()])
    await at('word=爬虫&page=2')
    const asks = (name: string, value: string | null) =>
      vi.waitFor(() => expect(calls.at(-1)?.url.searchParams.get(name)).toBe(value))

    await userEvent.click(await screen.findByRole('button', { name: '轻课' }))
    await asks('kind', '3')
    expect(calls.at(-1)?.url.searchParams.get('page')).toBe('1')
    await userEvent.click(screen.getByRole('button', { name: '数据分析' }))
    await asks('course_category', '4')
    await userEvent.click(screen.getByRole('button', { name: '只看免费', pressed: false }))
    await asks('free', 'true')
    await userEvent.click(screen.getByRole('button', { name: '人气' }))
    await asks('ordering', '-students')
    await userEvent.click(screen.getByRole('button', { name: '价格' }))
    await asks('ordering', 'price')
    await userEvent.click(screen.getByRole('button', { name: '价格 从低到高', pressed: true }))
    await asks('ordering', '-price')
    await userEvent.click(screen.getByRole('button', { name: '综合' }))
    await asks('ordering', null)
    await userEvent.click(screen.getByRole('button', { name: '只看免费', pressed: true }))
    await asks('free', null)
    expect(calls.at(-1)?.url.search).toContain('kind=3&course_category=4')
  })

  it('keeps the word in the title while it is filtered', async () => {
    found([aHit()])
    const { router } = await at('word=爬虫')
    await screen.findByRole('article')

    document.title = '搜索 - Luffy 学堂'
    await router.push('/course/search?word=爬虫&kind=2')

    await vi.waitFor(() => expect(document.title).toBe('爬虫 - 搜索 - Luffy 学堂'))
  })

  it('leaves the title to the next page', async () => {
    found([aHit()])
    const { router } = await at('word=爬虫')
    await screen.findByRole('article')

    document.title = '首页'
    await router.push('/')

    expect(document.title).toBe('首页')
  })

  it('shows filters that were understood, each of which can be taken away', async () => {
    answer('get', 'course/search/', {
      data: pageOf([aHit()]),
      extra: understood({
        filters: [{ name: 'free', value: true, label: '免费', text: '免费', search: 'python' }],
      }),
    })
    const { router } = await at('word=免费 python')

    await userEvent.click(await screen.findByRole('link', { name: '去掉「免费」' }))

    await vi.waitFor(() => expect(router.currentRoute.value.query).toEqual({ word: 'python' }))
  })

  it('says that another word was searched, and searches for the typed one on demand', async () => {
    const calls = answer('get', 'course/search/', {
      data: pageOf([aHit()]),
      extra: understood({ corrected_to: 'python' }),
    })
    await at('word=pyhton')

    expect(await screen.findByText(/已为您搜索/)).toHaveTextContent('已为您搜索 python · 仍要搜索 pyhton')
    await userEvent.click(screen.getByRole('button', { name: '仍要搜索 pyhton' }))

    await vi.waitFor(() => expect(calls.at(-1)?.url.searchParams.get('exact')).toBe('true'))
  })

  it('says which words are missing, and where a course was found', async () => {
    const found_in = { field: 'outline' as const, text: '项目实战', ranges: [[0, 2]] }
    answer('get', 'course/search/', {
      data: pageOf([aHit({ found_in })]),
      extra: understood({ dropped: ['怎么', '学'] }),
    })
    await at('word=项目怎么学')

    expect(await screen.findByText(/部分结果未包含/)).toHaveTextContent('部分结果未包含：怎么、学')
    expect(screen.getByText(/章节：/)).toHaveTextContent('章节：项目实战')
    expect(screen.getByText('项目', { selector: 'mark' })).toBeVisible()
  })

  it('suggests another word, and adds it to the history', async () => {
    found([], 'python')
    const { router } = await at('word=pyhton')

    const meant = await screen.findByRole('link', { name: 'python' })
    expect(meant).toHaveAttribute('href', '/course/search?word=python')
    expect(screen.getByText(/您是不是要找/)).toBeVisible()
    await userEvent.click(meant)

    await vi.waitFor(() => expect(router.currentRoute.value.query.word).toBe('python'))
    expect(localStorage.getItem('luffy.searched')).toBe('["python"]')
  })

  it('offers hot words and the most popular courses when nothing is found', async () => {
    found([])
    await at('word=zzzz')

    expect(await screen.findByText(/没有找到和「zzzz」有关的课程/)).toBeVisible()
    expect(await screen.findByRole('link', { name: '爬虫' })).toHaveAttribute('href', expect.stringContaining('word='))
    const hot = await screen.findByRole('region', { name: '热门课程' })
    expect(await within(hot).findByRole('link', { name: '大家都在学' })).toBeVisible()
    expect(popular[0]?.url.searchParams.get('ordering')).toBe('-students')
    expect(screen.queryByRole('region', { name: '筛选' })).toBeNull()
  })

  it('offers to remove filters when nothing is found', async () => {
    found([])
    const { router } = await at('word=爬虫&free=true&ordering=price')

    await userEvent.click(await screen.findByRole('button', { name: '清除筛选条件' }))

    await vi.waitFor(() => expect(router.currentRoute.value.query).toEqual({ word: '爬虫', ordering: 'price' }))
  })

  it('invites to search when there is no word', async () => {
    await at('kind=1')

    expect(screen.getByRole('heading', { level: 1, name: '搜索课程' })).toBeVisible()
    expect(screen.getByText(/想学点什么/)).toBeVisible()
    expect(await screen.findByRole('link', { name: '大家都在学' })).toBeVisible()
  })

  it("shows the server's refusal, and keeps the filters", async () => {
    answer('get', 'course/search/', { status: 400, msg: '没有这个分类。' })
    await at('word=爬虫&category=9999')

    expect(await screen.findByRole('alert')).toHaveTextContent('没有这个分类。')
    const calls = found([aHit()])
    const categories = screen.getByRole('group', { name: '课程分类' })
    await userEvent.click(within(categories).getByRole('button', { name: '全部' }))

    expect(await screen.findByRole('article')).toBeVisible()
    expect(calls.at(-1)?.url.searchParams.has('course_category')).toBe(false)
  })

  it('goes to another page', async () => {
    const calls = answer('get', 'course/search/', { data: pageOf([aHit()], 30), extra: understood() })
    await at('word=爬虫&kind=2')

    await userEvent.click(await screen.findByRole('button', { name: '第 3 页' }))

    await vi.waitFor(() => expect(calls.at(-1)?.url.searchParams.get('page')).toBe('3'))
    expect(calls.at(-1)?.url.searchParams.get('kind')).toBe('2')
  })
})
