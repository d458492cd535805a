import { screen } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'

import { show } from '@/testing/mounting'
import { aCourse } from '@/testing/samples'

import CourseCard from './CourseCard.vue'

const card = (changes = {}, props = {}) =>
  show(CourseCard, { props: { course: aCourse(changes), ...props } })

describe('CourseCard', () => {
  it('links to its course and describes it', async () => {
    await card()

    expect(screen.getByRole('link', { name: 'Python 爬虫实战' })).toHaveAttribute('href', '/course/9')
    expect(screen.getByRole('article')).toHaveTextContent('中级')
    expect(screen.getByRole('article')).toHaveTextContent('¥99')
    expect(screen.getByRole('article')).toHaveTextContent('8462 人在学')
    expect(screen.queryByText('原价')).toBeNull()
  })

  it('shows a discount with the price before it', async () => {
    await card({ real_price: '79.20', discount_type: '限时折扣' })

    expect(screen.getByText('限时折扣')).toBeVisible()
    expect(screen.getByText('¥79.20')).toBeVisible()
    expect(screen.getByText('¥99', { selector: 'del' })).toHaveTextContent('原价¥99')
  })

  it('shows what a member pays', async () => {
    await card({ vip_price: '59.00' })

    expect(screen.getByRole('article')).toHaveTextContent('现价¥99会员价 ¥59')
  })

  it('shows a price of 0 as free', async () => {
    await card({ price: '0.00', real_price: '0.00' })

    expect(screen.getByText('免费')).toBeVisible()
  })

  it('marks what a search found', async () => {
    await card({}, { highlights: { name: [[7, 9]], brief: [] } })

    expect(screen.getByText('爬虫', { selector: 'mark' })).toBeVisible()
    expect(screen.getByRole('link')).toHaveTextContent('Python 爬虫实战')
  })

  it('escapes the name', async () => {
    await card({ name: '<img src=x onerror=alert(1)>' })

    expect(screen.getByRole('link')).toHaveTextContent('<img src=x onerror=alert(1)>')
  })
})
