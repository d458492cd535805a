import { screen, within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { aPath } from '@/testing/samples'
import { answer } from '@/testing/server'

import PromotionPath from './PromotionPath.vue'
import PromotionPathOf from './PromotionPathOf.vue'

const NONE = { percent: 0, done: 0, total: 9, section_id: null, section_name: '', position: 0, certificate: false }
const path = async (owned: number[], progress: object[] = [], loggedIn = owned.length > 0) => {
  const asked = answer('get', 'course/mine/progress/', { data: progress.map((each) => ({ ...NONE, ...each })) })
  await show(PromotionPath, { loggedIn, props: { pack: aPath({ owned }) } })
  return asked
}

describe('PromotionPath', () => {
  it('shows its stages in their order, and how much there is to learn', async () => {
    const asked = await path([])

    expect(screen.getByText(/2 个阶段/)).toHaveTextContent('2 个阶段 · 2 门课程 · 36 课时 · 约 4 小时')
    expect(screen.getAllByRole('heading', { level: 2 }).map((title) => title.textContent)).toEqual(['打好基础', '做出作品'])
    expect(screen.getByText('先会采集')).toBeVisible()
    expect(screen.queryByRole('region', { name: '我的进度' })).toBeNull()
    expect(asked).toHaveLength(0)
  })

  it('leads on to the first course that is not finished', async () => {
    const asked = await path([9, 10], [{ course: 9, percent: 100, done: 9 }, { course: 10, percent: 40 }])

    const mine = await screen.findByRole('region', { name: '我的进度' })
    expect(mine).toHaveTextContent('已学完 1/2 门课程')
    expect(within(mine).getByRole('link', { name: '继续学习《数据分析》' })).toHaveAttribute('href', '/learn/10')
    expect(screen.getByRole('progressbar', { name: '《数据分析》的学习进度' })).toHaveAttribute('value', '40')
    expect(asked[0]?.url.searchParams.get('courses')).toBe('9,10')
  })

  it('names the course that is to be bought next', async () => {
    await path([9], [{ course: 9, percent: 100 }])

    expect(await screen.findByRole('region', { name: '我的进度' })).toHaveTextContent('下一门《数据分析》还没有购买')
    expect(screen.queryByRole('link', { name: /继续学习/ })).toBeNull()
  })

  it('counts what a membership has opened', async () => {
    await path([], [{ course: 9, percent: 100 }, { course: 10, percent: 40 }], true)

    const mine = await screen.findByRole('region', { name: '我的进度' })
    expect(mine).toHaveTextContent('已学完 1/2 门课程')
    expect(mine).not.toHaveTextContent('还没有购买')
    expect(within(mine).getByRole('link', { name: '继续学习《数据分析》' })).toHaveAttribute('href', '/learn/10')
  })

  it('has no progress of who has none of its courses', async () => {
    const asked = await path([], [], true)

    await vi.waitFor(() => expect(asked).toHaveLength(1))
    expect(screen.queryByRole('region', { name: '我的进度' })).toBeNull()
  })

  it('says when the whole path is done', async () => {
    await path([9, 10], [{ course: 9, percent: 100 }, { course: 10, percent: 100 }])

    expect(await screen.findByRole('region', { name: '我的进度' })).toHaveTextContent('您走完了整条路线')
  })

  it('is pointed at by the page of each of its courses', async () => {
    answer('get', 'promotion/package/', { data: [aPath({ is_cheaper: false }), aPath({ id: 6, is_path: false })] })
    await show(PromotionPathOf, { props: { courseId: 10 } })

    expect(await screen.findByText(/第 2 门课程，共 2 门/)).toBeVisible()
    expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual(['/package/5'])
  })
})
