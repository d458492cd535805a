import { describe, expect, it, vi } from 'vitest'

import { ApiError, ErrorCode } from '@/api/errors'
import { createCaptcha } from '@/api/user'
import { run } from '@/testing/mounting'

import { useCaptcha } from './useCaptcha'

vi.mock('@/api/user')

const asked = new ApiError(400, ErrorCode.CaptchaRequired, '请先输入图片中的字符')
const picture = (id: string) => ({ id, picture: `data:image/png;base64,${id}`, expires_at: '2026-12-01T00:00:00Z' })

async function askedOnce() {
  vi.mocked(createCaptcha).mockResolvedValueOnce(picture('first'))
  const { result } = await run(useCaptcha)
  await result.guard(vi.fn().mockRejectedValueOnce(asked))
  return result
}

describe('useCaptcha', () => {
  it('shows no picture while the server asks for none', async () => {
    const { result } = await run(useCaptcha)
    const send = vi.fn().mockResolvedValue(undefined)

    await result.guard(send)

    expect(send).toHaveBeenCalledWith(undefined)
    expect(result.captcha.value).toBeNull()
    expect(createCaptcha).not.toHaveBeenCalled()
  })

  it('shows a picture when asked, sends what was read, and takes it away', async () => {
    const result = await askedOnce()
    expect(result.captcha.value?.id).toBe('first')
    expect(result.error.value).toBe('请先输入图片中的字符')
    const send = vi.fn().mockResolvedValue(undefined)

    result.text.value = ' a3k9x '
    await result.guard(send)

    expect(send).toHaveBeenCalledWith({ captcha_id: 'first', captcha_text: 'a3k9x' })
    expect(result.captcha.value).toBeNull()
  })

  it('asks for the characters before it sends anything', async () => {
    const result = await askedOnce()
    const send = vi.fn()

    await result.guard(send)

    expect(send).not.toHaveBeenCalled()
    expect(result.error.value).toBe('请输入图片中的字符')
  })

  it('shows another picture after a wrong answer', async () => {
    const result = await askedOnce()
    vi.mocked(createCaptcha).mockResolvedValueOnce(picture('second'))
    result.text.value = 'wrong'

    await result.guard(vi.fn().mockRejectedValue(new ApiError(400, ErrorCode.CaptchaRequired, '不对或已过期')))

    expect(result.captcha.value?.id).toBe('second')
    expect([result.text.value, result.error.value]).toEqual(['', '不对或已过期'])
  })

  it('shows no picture that arrives when the message has been sent already', async () => {
    const result = await askedOnce()
    let arrive: (late: ReturnType<typeof picture>) => void = () => undefined
    vi.mocked(createCaptcha).mockReturnValueOnce(new Promise((resolve) => (arrive = resolve)))
    const refreshed = result.refresh()
    result.text.value = 'a3k9x'
    await result.guard(vi.fn().mockResolvedValue(undefined))

    arrive(picture('late'))
    await refreshed

    expect(result.captcha.value).toBeNull()
  })

  it('shows another picture after another refusal, which has used the first one up', async () => {
    const result = await askedOnce()
    vi.mocked(createCaptcha).mockResolvedValueOnce(picture('second'))
    result.text.value = 'a3k9x'
    const tooSoon = new ApiError(429, 2003, '太频繁', {}, 60)

    await expect(result.guard(vi.fn().mockRejectedValue(tooSoon))).rejects.toBe(tooSoon)

    expect(result.captcha.value?.id).toBe('second')
    expect(result.error.value).toBeUndefined()
  })
})
