import { screen } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'

import { show } from '@/testing/mounting'
import { answer } from '@/testing/server'
import type { VerifiedCertificate } from '@/types'

import CertificateCheck from './CertificateCheck.vue'

const NUMBER = '01KB6Z0Y8QW3M5N7P9R1S3T5V7'
const certificate: VerifiedCertificate = {
  number: NUMBER,
  name: '王*明',
  course_name: 'Python 入门',
  teacher_name: '林知夏',
  school_name: '路飞学城',
  sections: 42,
  issued_at: '2026-11-29T00:30:00+08:00',
  is_valid: true,
  revoked_at: null,
}

const check = () => show(CertificateCheck, { props: { number: NUMBER } })

describe('CertificateCheck', () => {
  it('says that a certificate is good, and what it says, with the day that is printed', async () => {
    answer('get', `course/certificate/${NUMBER}/`, { data: { ...certificate } })
    await check()

    expect(await screen.findByText('这张证书有效')).toBeVisible()
    const facts = screen.getAllByRole('definition').map(({ textContent }) => textContent)
    expect(facts).toEqual(['王*明', 'Python 入门', '林知夏', '42', '路飞学城', '2026-11-29', NUMBER])
  })

  it('says that it was revoked, and when', async () => {
    const revoked = { ...certificate, is_valid: false, revoked_at: '2026-12-01T10:00:00+08:00' }
    answer('get', `course/certificate/${NUMBER}/`, { data: revoked })
    await check()

    expect(await screen.findByText('这张证书已被吊销')).toBeVisible()
    expect(screen.getByRole('status')).toHaveTextContent('自 2026-12-01 起无效')
  })

  it('knows no certificate of another number', async () => {
    answer('get', `course/certificate/${NUMBER}/`, { status: 404, code: 1004, msg: '没有这个编号的证书，请核对编号' })
    await check()

    expect(await screen.findByText(/^没有这个编号的证书。/)).toBeVisible()
    expect(screen.getByRole('link', { name: '回首页' })).toHaveAttribute('href', '/')
  })
})
