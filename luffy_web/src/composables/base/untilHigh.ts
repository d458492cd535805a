/** Milliseconds that a page has to become as long as it was. */
const TIMEOUT = 3000
/** Milliseconds after which a page that is long enough does not change any more. */
const REST = 300
const OWN_MOVES = ['wheel', 'touchstart', 'keydown'] as const

/**
 * Waits until the page can be scrolled to `top` pixels, which it often cannot before its data is there; where the
 * `height` that it had is known, until it has that again, or stays as another one. Resolves to false when the visitor
 * scrolls first.
 */
export function untilHigh(top: number, height?: number): Promise<boolean> {
  const present = () => document.documentElement.scrollHeight
  const isHigh = () => present() >= top + window.innerHeight
  const isReady = () => (height === undefined ? isHigh() : Math.abs(present() - height) < 2)
  if (isReady()) return Promise.resolve(true)

  return new Promise((resolve) => {
    let rest: ReturnType<typeof setTimeout> | undefined
    const growth = new ResizeObserver(() => {
      clearTimeout(rest)
      if (isReady()) end(true)
      else if (isHigh()) rest = setTimeout(() => end(true), REST)
    })
    const timer = setTimeout(() => end(true), TIMEOUT)
    const takeOver = () => end(false)

    function end(scrolls: boolean) {
      growth.disconnect()
      clearTimeout(timer)
      clearTimeout(rest)
      for (const move of OWN_MOVES) window.removeEventListener(move, takeOver)
      resolve(scrolls)
    }

    for (const move of OWN_MOVES) window.addEventListener(move, takeOver, { passive: true })
    growth.observe(document.body)
  })
}
