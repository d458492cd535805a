import { configure } from '@testing-library/vue'
import { vi } from 'vitest'

/** How long specs wait for what a page does on its own; a second is too short on a busy machine. */
const TIMEOUT = 10_000

configure({ asyncUtilTimeout: TIMEOUT })

const { waitFor } = vi
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: TIMEOUT, ...options })
