import { describe, expect, it, vi } from 'vitest'

import { run } from '@/testing/mounting'
import { answer } from '@/testing/server'

import { useAccountExport } from './useAccountExport'

/** jsdom's Blob has no text(). */
function textOf(blob: Blob): Promise<string> {
  return new Promise((done) => {
    const reader = new FileReader()
    reader.onload = () => done(String(reader.result))
    reader.readAsText(blob)
  })
}

describe('useAccountExport', () => {
  it('saves the answer of the server as a JSON file with the date in its name', async () => {
    const data = { profile: { username: 'xiaoming' }, orders: [] }
    answer('get', 'user/export/', { data })
    const saved: Blob[] = []
    URL.createObjectURL = (blob) => {
      saved.push(blob as Blob)
      return 'blob:export'
    }
    URL.revokeObjectURL = () => undefined
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      expect(this.download).toMatch(/^luffy-\d{4}-\d{2}-\d{2}\.json$/)
      expect(this.href).toBe('blob:export')
    })
    const { result } = await run(useAccountExport, { loggedIn: true })

    await result.exportData()

    expect(clicked).toHaveBeenCalledOnce()
    expect(JSON.parse(await textOf(saved[0] as Blob))).toEqual(data)
  })

  it('saves nothing when the server refuses', async () => {
    answer('get', 'user/export/', { status: 503, msg: '服务暂时不可用' })
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
    const { result } = await run(useAccountExport, { loggedIn: true })

    await result.exportData()

    expect(clicked).not.toHaveBeenCalled()
    expect(result.busy.value).toBe(false)
  })
})
