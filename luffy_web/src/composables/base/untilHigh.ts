/** Milliseconds that a page has to become as long as it was. */
const PATIENCE = 3000
const OWN_MOVES = ['wheel', 'touchstart', 'keydown'] as const

/**
 * Waits until the page can be scrolled to `top` pixels, which it often cannot before its data is there. Resolves to
 * false when the visitor scrolls first.
 */
export function untilHigh(top: number): Promise<boolean> {
  const isHigh = () => document.documentElement.scrollHeight >= top + window.innerHeight
  if (isHigh()) return Promise.resolve(true)

  return new Promise((resolve) => {
    const growth = new ResizeObserver(() => {
      if (isHigh()) end(true)
    })
    const timer = setTimeout(() => end(true), PATIENCE)
    const takeOver = () => end(false)

    function end(scrolls: boolean) {
      growth.disconnect()
      clearTimeout(timer)
      for (const move of OWN_MOVES) window.removeEventListener(move, takeOver)
      resolve(scrolls)
    }

    for (const move of OWN_MOVES) window.addEventListener(move, takeOver, { passive: true })
    growth.observe(document.body)
  })
}
