import { describe, expect, it, vi } from 'vitest'

import { uploadAvatar } from '@/api/user'
import { ApiError } from '@/api/errors'
import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import type { Profile } from '@/types'

import { useAvatar } from './useAvatar'

vi.mock('@/api/user')

function picture(type: string, size: number): File {
  const file = new File(['x'], 'me', { type })
  Object.defineProperty(file, 'size', { value: size })
  return file
}

async function chosen(file: File) {
  URL.createObjectURL = () => 'blob:preview'
  URL.revokeObjectURL = () => undefined
  const { result } = await run(useAvatar, { loggedIn: true })
  result.choose(file)
  return result
}

describe('useAvatar', () => {
  it.each([
    ['image/svg+xml', 100, 'JPG、PNG 或 WebP'],
    ['', 100, 'JPG、PNG 或 WebP'],
    ['image/png', 5 * 1024 * 1024 + 1, '5 MB 以内'],
  ])('refuses %s of %i bytes before anything is sent', async (type, size, sentence) => {
    const avatar = await chosen(picture(type, size))
    await avatar.save()

    expect(avatar.error.value).toContain(sentence)
    expect(avatar.preview.value).toBeUndefined()
    expect(uploadAvatar).not.toHaveBeenCalled()
  })

  it('shows the picture first, then sends it and puts it into the header', async () => {
    vi.mocked(uploadAvatar).mockImplementation((_, progress) => {
      progress(0.5)
      return Promise.resolve({ icon: '/media/new.webp' } as Profile)
    })
    const avatar = await chosen(picture('image/jpeg', 5 * 1024 * 1024))
    expect(avatar.preview.value).toBe('blob:preview')
    expect(uploadAvatar).not.toHaveBeenCalled()

    await avatar.save()

    expect(avatar.percent.value).toBe(50)
    expect(avatar.preview.value).toBeUndefined()
    expect(useSessionStore().user?.icon).toBe('/media/new.webp')
  })

  it('keeps the preview and says why when the server refuses', async () => {
    vi.mocked(uploadAvatar).mockRejectedValue(new ApiError(400, 1000, '有误', { icon: ['图片无法识别'] }))
    const avatar = await chosen(picture('image/png', 100))

    await avatar.save()

    expect(avatar.error.value).toBe('图片无法识别')
    expect(avatar.preview.value).toBe('blob:preview')
  })
})
