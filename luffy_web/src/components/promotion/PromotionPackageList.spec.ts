import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { aPackage, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

import PromotionPackageList from './PromotionPackageList.vue'

describe('PromotionPackageList', () => {
  it('says of each package what is in it and what it costs', async () => {
    const dear = aPackage({ id: 6, name: '前端', brief: '', is_cheaper: false })
    answer('get', 'promotion/package/all/', { data: pageOf([aPackage(), dear]) })
    await show(PromotionPackageList)

    const [first, second] = await screen.findAllByRole('listitem')
    expect(first && within(first).getByRole('link', { name: '数据全程' })).toHaveAttribute('href', '/package/5')
    expect(first).toHaveTextContent('从爬虫到画图')
    expect(first).toHaveTextContent(/2 门课程.*200.*120/)
    expect(second).toHaveTextContent('Python 爬虫实战、数据分析')
    expect(second).not.toHaveTextContent('单独购买')
  })

  it('turns its pages', async () => {
    const asked = answer('get', 'promotion/package/all/', { data: { ...pageOf([aPackage()]), count: 13 } })
    await show(PromotionPackageList)

    await userEvent.click(await screen.findByRole('button', { name: '第 2 页' }))

    await vi.waitFor(() => expect(asked.map(({ url }) => new URL(url).searchParams.get('page'))).toEqual(['1', '2']))
  })

  it('leads on where there is none, and tries again where the shop is away', async () => {
    answer('get', 'promotion/package/all/', { status: 503, msg: '服务繁忙' })
    await show(PromotionPackageList)
    answer('get', 'promotion/package/all/', { data: pageOf([]) })

    await userEvent.click(await screen.findByRole('button', { name: /重试/ }))

    expect(await screen.findByText('现在没有在售的套餐。')).toBeVisible()
    expect(screen.getByRole('link', { name: '看看全部课程' })).toBeVisible()
  })
})
