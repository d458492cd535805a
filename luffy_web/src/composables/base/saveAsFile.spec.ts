import { describe, expect, it, vi } from 'vitest'

import { saveAsFile } from './saveAsFile'

describe('saveAsFile', () => {
  it('offers the file under its name, and leaves the browser time to read it', async () => {
    vi.useFakeTimers()
    const urls = { createObjectURL: vi.fn(() => 'blob:1'), revokeObjectURL: vi.fn() }
    vi.stubGlobal('URL', urls)
    const clicked: string[] = []
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      clicked.push(`${this.download} ${this.href}`)
    })
    const content = new Blob(['PDF'])

    saveAsFile('发票-1.pdf', content)

    expect(urls.createObjectURL).toHaveBeenCalledWith(content)
    expect(clicked).toEqual(['发票-1.pdf blob:1'])
    await vi.advanceTimersByTimeAsync(30_000)
    expect(urls.revokeObjectURL).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(urls.revokeObjectURL).toHaveBeenCalledWith('blob:1')
  })
})
