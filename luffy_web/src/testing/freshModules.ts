import { afterAll, vi } from 'vitest'

// A module that an earlier spec of this worker has loaded knows nothing of what the next one mocks.
vi.resetModules()

// What a spec is still importing when it ends would come into the modules of the next one.
afterAll(() => vi.dynamicImportSettled())
