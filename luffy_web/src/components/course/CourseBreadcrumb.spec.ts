import { screen, within } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'

import { show } from '@/testing/mounting'
import { aDetail } from '@/testing/samples'

import CourseBreadcrumb from './CourseBreadcrumb.vue'

const place = () => within(screen.getByRole('navigation', { name: '所在位置' }))
const ways = () => place().getAllByRole('link').map((link) => [link.textContent, link.getAttribute('href')])

describe('CourseBreadcrumb', () => {
  it('leads to the list of the course, and to its category there', async () => {
    await show(CourseBreadcrumb, { props: { course: aDetail({ name: 'Python 爬虫实战' }) } })

    expect(ways()).toEqual([
      ['首页', '/'],
      ['实战课', '/actual-course'],
      ['Python', '/actual-course?category=1'],
    ])
    expect(place().getByText('Python 爬虫实战')).toHaveAttribute('aria-current', 'page')
  })

  it('has its place while the course is on its way', async () => {
    await show(CourseBreadcrumb, { props: { course: null } })

    expect(ways()).toEqual([['首页', '/']])
  })
})
