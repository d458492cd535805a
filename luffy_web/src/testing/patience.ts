import { configure } from '@testing-library/vue'
import { vi } from 'vitest'

/** How long specs wait for what a page does on its own; a second is too short on a busy machine. */
const PATIENCE = 10_000

configure({ asyncUtilTimeout: PATIENCE })

const { waitFor } = vi
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: PATIENCE, ...options })
