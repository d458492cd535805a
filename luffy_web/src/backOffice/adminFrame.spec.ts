import { afterEach, describe, expect, it, vi } from 'vitest'

import { fitFrame, openInTabs } from './adminFrame'

afterEach(() => {
  document.body.innerHTML = ''
})

/** A page in a frame of this document, whose parent has simpleui's tabs. */
function framed(html: string, openTab?: (tab: Record<string, unknown>) => void) {
  const page = document.implementation.createHTMLDocument()
  page.body.innerHTML = html
  Object.defineProperty(page, 'defaultView', { value: { parent: openTab ? { app: { openTab } } : {} } })
  openInTabs(page)
  return page
}

function click(page: Document, options: MouseEventInit = {}): MouseEvent {
  const event = new MouseEvent('click', { bubbles: true, cancelable: true, ...options })
  page.querySelector('a')?.dispatchEvent(event)
  return event
}

const LINK = '<a href="http://luffy.test/admin/order/order/?a=1" data-list data-name="下单">2</a>'

describe('openInTabs', () => {
  it('opens the list behind a number as a tab of its name', () => {
    const openTab = vi.fn()
    const event = click(framed(LINK, openTab))

    expect(event.defaultPrevented).toBe(true)
    expect(openTab).toHaveBeenCalledWith(expect.objectContaining({ name: '下单', url: '/admin/order/order/?a=1' }))
  })

  it('leaves other links, other buttons and pages without tabs to the browser', () => {
    const openTab = vi.fn()
    expect(click(framed('<a href="?csv=orders">CSV</a>', openTab)).defaultPrevented).toBe(false)
    expect(click(framed(LINK, openTab), { ctrlKey: true }).defaultPrevented).toBe(false)
    expect(click(framed(LINK)).defaultPrevented).toBe(false)
    expect(openTab).not.toHaveBeenCalled()
  })
})

describe('fitFrame', () => {
  it('leaves a page alone that is in no frame, or in another one', () => {
    const other = document.createElement('iframe')
    fitFrame({ frameElement: null } as Window)
    fitFrame({ frameElement: other } as unknown as Window)
    expect(other.style.height).toBe('')
  })
})
