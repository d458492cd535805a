import { defineAsyncComponent, type Component } from 'vue'

import { hasArrived, reloadOnce } from './reloadOnce'
import { useNotice } from './useNotice'

/** Milliseconds for a download, as for a request of the API: an import has no limit of its own. */
const TIMEOUT = 30_000

class TooSlow extends Error {}

function inTime<Result>(work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TooSlow()), TIMEOUT)
  })
  return Promise.race([work, limit]).finally(() => clearTimeout(timer))
}

/** A component that nobody waits for, and that is left out where it does not come. */
export function quietComponent(download: () => Promise<{ default: Component }>): Component {
  return defineAsyncComponent({ loader: async () => (await inTime(download())).default, errorComponent: { render: () => null } })
}

/**
 * What a visitor has asked for and waits for. A chunk that may belong to an older build loads the document anew, once;
 * otherwise a notice is shown. Raises what was wrong.
 */
export async function arrived<Result>(download: () => Promise<Result>): Promise<Result> {
  try {
    const result = await inTime(download())
    hasArrived('part')
    return result
  } catch (fault) {
    const isReloading = !(fault instanceof TooSlow) && reloadOnce('part', location.pathname + location.search)
    if (!isReloading) useNotice().warn('这一步没有打开，请检查网络后再试一次。')
    throw fault
  }
}

/**
 * A component that is downloaded when it is first shown, see `arrived`. `failed` is called when it cannot be: it takes
 * back what waits for the component, so that the visitor can ask for it again.
 */
export function lazyComponent(download: () => Promise<{ default: Component }>, failed: () => void): Component {
  const loader = () =>
    arrived(download).then(
      ({ default: component }) => component,
      (fault: unknown) => {
        failed()
        throw fault
      },
    )

  // With an error component Vue only logs the fault; `failed` has taken away what showed it.
  return defineAsyncComponent({ loader, errorComponent: { render: () => null } })
}
