import { vi } from 'vitest'

// A module that an earlier spec of this worker has loaded knows nothing of what the next one mocks.
vi.resetModules()
