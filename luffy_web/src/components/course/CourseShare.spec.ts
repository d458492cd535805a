import userEvent from '@testing-library/user-event'
import { fireEvent, screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { useNotice } from '@/composables/base/useNotice'
import { show } from '@/testing/mounting'
import { aDetail } from '@/testing/samples'

import CourseShare from './CourseShare.vue'

describe('CourseShare', () => {
  const open = async () => {
    await show(CourseShare, { props: { course: aDetail({ name: '爬虫实战' }), class: 'placed' } })
    await userEvent.click(screen.getByRole('button', { name: '分享' }))
    return screen.findByRole('img', { name: /爬虫实战/ })
  }

  it('shows a picture to keep and the address of the course', async () => {
    const picture = await open()

    expect(screen.getByRole('button', { name: '分享' })).toHaveClass('placed')
    expect(picture).toHaveAttribute('src', '/api/v1/course/9/share/')
    expect(screen.getByRole('link', { name: '保存图片' })).toHaveAttribute('download', '爬虫实战.png')
    expect(screen.getByLabelText('课程链接')).toHaveValue('http://luffy.test/course/9')
  })

  it('copies the address and says so', async () => {
    const user = userEvent.setup()
    await open()

    await user.click(screen.getByRole('button', { name: '复制链接' }))

    expect(await screen.findByRole('button', { name: '已复制' })).toBeVisible()
    expect(await navigator.clipboard.readText()).toBe('http://luffy.test/course/9')
  })

  it('says what to do where nothing can be copied', async () => {
    const user = userEvent.setup()
    await open()
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('denied'))

    await user.click(screen.getByRole('button', { name: '复制链接' }))

    await vi.waitFor(() => expect(useNotice().notices.value.at(-1)?.text).toContain('手动复制'))
  })

  it('does without a picture that does not come, until it is opened again', async () => {
    await fireEvent.error(await open())

    expect(screen.getByText(/暂时没有生成/)).toBeVisible()
    expect(screen.getByLabelText('课程链接')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: '关闭' }))
    await userEvent.click(screen.getByRole('button', { name: '分享' }))

    expect(await screen.findByRole('img', { name: /爬虫实战/ })).toBeVisible()
  })
})
