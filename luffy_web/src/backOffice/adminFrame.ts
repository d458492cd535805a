/** What simpleui's frame offers to the pages in it. */
interface Frame {
  app?: { openTab: (tab: Record<string, unknown>) => void }
}

/** Opens the lists that numbers lead to as tabs of the frame; without a frame they are plain links. */
export function openInTabs(page: Document): void {
  page.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-list]')
    const view = page.defaultView
    const app = view && view.parent !== view ? (view.parent as Frame).app : undefined
    if (!link || !app || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const url = link.pathname + link.search
    const name = link.dataset.name ?? link.textContent?.trim() ?? ''
    app.openTab({ eid: url, name, icon: 'far fa-file', url, breadcrumbs: [] })
  })
}

/** Makes the frame around a page as high as the page, where the frame asks for that. */
export function fitFrame(view: Window): void {
  const frame = view.frameElement as HTMLElement | null
  if (!frame?.classList.contains('luffy-figures-frame')) return
  const page = view.document.documentElement
  const content = view.document.getElementById('content-main') ?? page
  // Of the page itself the height would never become less.
  const fit = () => frame.style.setProperty('height', `${Math.ceil(content.getBoundingClientRect().height) + 32}px`)
  new ResizeObserver(fit).observe(content)
}
