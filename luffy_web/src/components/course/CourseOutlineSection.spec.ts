import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'

import { show } from '@/testing/mounting'
import { aSection } from '@/testing/samples'

import CourseOutlineSection from './CourseOutlineSection.vue'

const section = (changes: Record<string, unknown>) =>
  show(CourseOutlineSection, {
    at: '/course/9',
    props: { courseId: 9, section: aSection(), number: '1.1', owned: false, current: false, ...changes },
  })
const link = () => screen.getByRole('link', { name: /爬虫能做什么/ })

describe('CourseOutlineSection', () => {
  it('leads from what is closed to the price, again and again', async () => {
    const { router } = await section({})
    document.body.insertAdjacentHTML('beforeend', '<div id="price"><button class="button--primary">立即购买</button></div>')
    expect(link()).toHaveAccessibleName(/加入课程后可学习/)

    for (let time = 0; time < 2; time++) {
      await userEvent.click(link())
      expect(screen.getByRole('button', { name: '立即购买' })).toHaveFocus()
      expect(router.currentRoute.value.fullPath).toBe('/course/9#price')
    }
  })

  it.each([
    [{ owned: true }, '/learn/9/117'],
    [{ section: aSection({ free_trail: true }) }, '/learn/9/117'],
    [{ preview: 'token' }, '/learn/9/117?preview=token'],
  ])('leads from what is open for %j to the player', async (changes, address) => {
    await section(changes)

    expect(link()).toHaveAttribute('href', address)
  })
})
