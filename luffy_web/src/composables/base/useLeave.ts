/** Milliseconds after which a site that has not opened counts as one that does not. */
const TIMEOUT = 20_000

/**
 * Opens another site in this tab, such as the payment provider's cashier. Resolves to true when the visitor is
 * back because the browser had kept this page, or still here because the site does not open: until then a button
 * that leads there stays busy.
 */
function leaveFor(url: string): Promise<boolean> {
  window.location.assign(url)
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), TIMEOUT)
    window.addEventListener(
      'pageshow',
      () => {
        clearTimeout(timer)
        resolve(true)
      },
      { once: true },
    )
  })
}

export function useLeave(): { leaveFor: (url: string) => Promise<boolean> } {
  return { leaveFor }
}
