import userEvent from '@testing-library/user-event'
import { fireEvent, screen } from '@testing-library/vue'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing/mounting'
import { aCertificate } from '@/testing/samples'
import { answer } from '@/testing/server'
import type { CertificateStanding } from '@/types'

import CertificateClaim from './CertificateClaim.vue'

const open: CertificateStanding = {
  course_name: 'Python 入门',
  percent: 100,
  is_offered: true,
  can_issue: true,
  name: '',
  certificate: null,
}

async function claim(changes: Partial<CertificateStanding> = {}) {
  answer('get', 'course/9/certificate/', { data: { ...open, ...changes } })
  await show(CertificateClaim, { loggedIn: true, props: { courseId: 9 } })
}

describe('CertificateClaim', () => {
  it('shows the name as it will be printed, and takes the certificate', async () => {
    const taken = answer('post', 'course/9/certificate/', { data: aCertificate() })
    await claim()

    const field = await screen.findByLabelText('真实姓名')
    await userEvent.click(screen.getByRole('button', { name: '确认领取' }))
    expect(field).toHaveAccessibleDescription('请输入您的真实姓名')
    expect(taken).toHaveLength(0)
    await fireEvent.update(field, ' Ａnna  王 ')
    expect(screen.getByText('Anna 王')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: '确认领取' }))

    expect(await screen.findByRole('article', { name: '结课证书：Python 入门' })).toHaveTextContent('01KB6Z0Y8QW3M5N7P9R1S3T5V7')
    expect(taken.map(({ body }) => body)).toEqual([{ name: 'Ａnna  王' }])
  })

  it('asks for no name where there is one, and shows a refusal at the field', async () => {
    const taken = answer('post', 'course/9/certificate/', { data: aCertificate() })
    await claim({ name: '王小明' })

    expect(await screen.findByText('王小明')).toBeVisible()
    expect(screen.queryByLabelText('真实姓名')).toBeNull()
    await userEvent.click(screen.getByRole('button', { name: '确认领取' }))
    await vi.waitFor(() => expect(taken.map(({ body }) => body)).toEqual([{ name: '' }]))
  })

  it('shows at the field what the server refuses', async () => {
    const refusal = '证书上印不出「𠮷」，请联系客服'
    answer('post', 'course/9/certificate/', { status: 400, msg: refusal, errors: { name: [refusal] } })
    await claim()

    await fireEvent.update(await screen.findByLabelText('真实姓名'), '𠮷野')
    await userEvent.click(screen.getByRole('button', { name: '确认领取' }))

    await vi.waitFor(() => expect(screen.getByLabelText('真实姓名')).toHaveAccessibleDescription(refusal))
  })

  it.each([
    [{ can_issue: false, percent: 40 }, '学完全部课时后可以领取结课证书，您已学 40%。'],
    [{ can_issue: false, is_offered: false }, '这门课程不颁发结课证书。'],
    [{ can_issue: false }, '这门课程现在不能领取结课证书，请联系客服。'],
  ])('says what is missing: %o', async (changes, text) => {
    await claim(changes)

    expect(await screen.findByText(text)).toBeVisible()
    expect(screen.getByRole('link', { name: '继续学习' })).toHaveAttribute('href', '/learn/9')
  })
})
