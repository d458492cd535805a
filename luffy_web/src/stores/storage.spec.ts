import { describe, expect, it, vi } from 'vitest'

import { storageOf } from './storage'

describe.each(['localStorage', 'sessionStorage'] as const)('storageOf %s', (name) => {
  it("is the browser's storage", () => {
    expect(storageOf(name)).toBe(window[name])
  })

  it('is kept in memory where storage is forbidden', () => {
    const forbidden = vi.spyOn(window, name, 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError')
    })

    const storage = storageOf(name)
    forbidden.mockRestore()

    expect(storage.getItem('a')).toBeNull()
    storage.setItem('a', '1')
    expect(storage.getItem('a')).toBe('1')
    storage.removeItem('a')
    expect(storage.getItem('a')).toBeNull()
  })
})
