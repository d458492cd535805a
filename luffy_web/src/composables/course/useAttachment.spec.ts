import { beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import { fetchAttachment } from '@/api/course'
import { useNotice } from '@/composables/base/useNotice'
import { run } from '@/testing/mounting'
import { aDetail } from '@/testing/samples'
import type { CourseDetail, Download } from '@/types'

import { useAttachment } from './useAttachment'

const leaveFor = vi.hoisted(() => vi.fn())
vi.mock('@/api/course')
vi.mock('@/composables/base/useLeave', () => ({ useLeave: () => ({ leaveFor }) }))

async function attachmentOf(course: CourseDetail) {
  const { result } = await run(() => useAttachment(() => course), { loggedIn: true })
  return result
}

function lastNotice(): string | undefined {
  return useNotice().notices.value.at(-1)?.text
}

describe('useAttachment', () => {
  beforeEach(() => leaveFor.mockReset())

  it('requests the signed URL on the click and follows it', async () => {
    vi.mocked(fetchAttachment).mockResolvedValue({ url: '/files/a.zip?sign=1' } as Download)
    const { download } = await attachmentOf(aDetail({ id: 7 }))
    expect(fetchAttachment).not.toHaveBeenCalled()

    await download()

    expect(fetchAttachment).toHaveBeenCalledWith(7)
    expect(leaveFor).toHaveBeenCalledExactlyOnceWith('/files/a.zip?sign=1')
  })

  it.each([
    ['99.00', '购买'],
    ['0.00', '加入'],
  ])('says for a price of %s what comes first', async (price, word) => {
    vi.mocked(fetchAttachment).mockRejectedValue(new ApiError(403, 3001, '请先购买该课程'))
    const { condition, download } = await attachmentOf(aDetail({ real_price: price }))
    expect(condition.value).toBe(word)

    await download()

    expect(lastNotice()).toBe(`${word}课程后可以下载课件。`)
    expect(leaveFor).not.toHaveBeenCalled()
  })

  it('shows what the server says of another refusal', async () => {
    vi.mocked(fetchAttachment).mockRejectedValue(new ApiError(404, 1004, '课件不存在'))
    const { download, busy } = await attachmentOf(aDetail())

    await download()

    expect(lastNotice()).toContain('课件不存在')
    expect(busy.value).toBe(false)
  })
})
