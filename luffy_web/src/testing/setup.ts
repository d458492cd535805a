import '@testing-library/jest-dom/vitest'
import { cleanup } from '@testing-library/vue'
import { config } from '@vue/test-utils'
import { afterAll, afterEach, beforeAll, vi } from 'vitest'

import { useNotice } from '@/composables/base/useNotice'

import { rememberComputedStyles } from './computedStyles'
import './patience'
import { server } from './server'

rememberComputedStyles()

// jsdom has no layout, so there is nothing to scroll.
Element.prototype.scrollIntoView = () => undefined
Range.prototype.getClientRects = () => [] as unknown as DOMRectList
Range.prototype.getBoundingClientRect = () => new DOMRect()
// Nor does it implement modal dialogs; the journeys in e2e/ cover what a browser does for them.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true
}
HTMLDialogElement.prototype.close = function () {
  this.open = false
  this.dispatchEvent(new Event('close'))
}

// A class or listener for a component with several roots goes nowhere, and Vue only warns.
config.global.config.warnHandler = (message) => {
  if (message.startsWith('Extraneous non-')) throw new Error(message)
}

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => {
  cleanup()
  // Specs of one worker share the document, in an order of chance.
  document.body.replaceChildren()
  document.head.replaceChildren()
  const { notices, dismiss } = useNotice()
  notices.value.forEach(({ id }) => dismiss(id))
  server.resetHandlers()
  localStorage.clear()
  sessionStorage.clear()
  vi.useRealTimers()
  // The next file of this worker is loaded before vitest takes them back.
  vi.unstubAllGlobals()
})
afterAll(() => server.close())
