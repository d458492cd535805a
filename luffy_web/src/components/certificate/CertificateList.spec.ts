import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { useNotice } from '@/composables/base/useNotice'
import { show } from '@/testing/mounting'
import { aCertificate, pageOf } from '@/testing/samples'
import { answer, server } from '@/testing/server'

import CertificateList from './CertificateList.vue'

const { saveAsFile, device } = vi.hoisted(() => ({ saveAsFile: vi.fn(), device: vi.fn() }))
vi.mock('@/composables/base/device', () => ({ device }))
vi.mock('@/composables/base/saveAsFile', () => ({ saveAsFile }))

const revoked = aCertificate({
  number: '01KB6Z0Y8QW3M5N7P9R1S3T5V8',
  course_name: '爬虫',
  is_valid: false,
  revoked_at: '2026-11-29T09:00:00+08:00',
  reason: '请人代看',
})

async function list(rows = [aCertificate(), revoked]) {
  answer('get', 'course/certificate/', { data: pageOf(rows) })
  await show(CertificateList, { loggedIn: true, at: '/user/certificates' })
}

describe('CertificateList', () => {
  beforeEach(() => {
    saveAsFile.mockReset()
    device.mockReturnValue('desktop')
    server.use(
      http.get('*/api/v1/course/certificate/:number/file/', () =>
        new HttpResponse('%PDF-1.7', { headers: { 'Content-Type': 'application/pdf' } }),
      ),
    )
  })

  it('downloads a good one, and says why another one is good no more', async () => {
    await list()

    const [good, gone] = (await screen.findAllByRole('article')) as [HTMLElement, HTMLElement]
    await userEvent.click(within(good).getByRole('button', { name: '下载 PDF' }))
    await vi.waitFor(() => expect(saveAsFile).toHaveBeenCalledWith('结课证书-Python 入门.pdf', expect.anything()))
    expect(within(good).getByRole('link', { name: '查验页面' })).toHaveAttribute('href', '/certificate/01KB6Z0Y8QW3M5N7P9R1S3T5V7')
    expect(gone).toHaveTextContent('已吊销')
    expect(gone).toHaveTextContent('请人代看')
    expect(within(gone).queryByRole('button', { name: '下载 PDF' })).toBeNull()
  })

  it('sends WeChat to a browser that can save files', async () => {
    device.mockReturnValue('wechat')
    await list()

    await userEvent.click((await screen.findAllByRole('button', { name: '下载 PDF' }))[0] as HTMLElement)

    expect(saveAsFile).not.toHaveBeenCalled()
    expect(useNotice().notices.value.at(-1)?.text).toContain('在浏览器打开')
  })

  it('leads to the finished courses while there is none', async () => {
    await list([])

    expect(await screen.findByRole('link', { name: '看看已学完的课程' })).toHaveAttribute('href', '/user/courses?state=finished')
  })
})
