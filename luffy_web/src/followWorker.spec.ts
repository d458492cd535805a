import { afterEach, describe, expect, it, vi } from 'vitest'

import { followWorker } from './followWorker'

const register = vi.fn()
const update = vi.fn()

function aBrowser(workers: object | undefined) {
  Object.defineProperty(navigator, 'serviceWorker', { value: workers, configurable: true })
}

afterEach(() => {
  Reflect.deleteProperty(navigator, 'serviceWorker')
  vi.resetAllMocks()
})

describe('followWorker', () => {
  it('uses the worker that the document names', async () => {
    document.head.innerHTML = '<meta name="service-worker" content="/sw.js">'
    aBrowser({ register })

    await followWorker()

    expect(register).toHaveBeenCalledExactlyOnceWith('/sw.js', { updateViaCache: 'none' })
  })

  it('has the one that is there replaced where the document names none', async () => {
    aBrowser({ register, getRegistration: () => Promise.resolve({ update }) })

    await followWorker()

    expect(update).toHaveBeenCalledOnce()
    expect(register).not.toHaveBeenCalled()
  })

  it('is at rest without a worker, without the means and where it is forbidden', async () => {
    document.head.innerHTML = '<meta name="service-worker" content="/sw.js">'
    await followWorker()
    aBrowser({ register: () => Promise.reject(new DOMException('', 'SecurityError')) })
    await followWorker()
    document.head.replaceChildren()
    aBrowser({ getRegistration: () => Promise.resolve(undefined) })
    await followWorker()
  })
})
