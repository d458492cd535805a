/** Pixels. */
interface Size {
  width: number
  height: number
}

/** What the player's bar with its progress covers at the bottom, and the distance to the edges; pixels. */
const BAR = 76
const MARGIN = 8

/**
 * A random place for the watermark, in pixels from the top left corner: above the middle third of the picture or
 * below it, and never where the bar is. A small picture has room above only.
 */
export function watermarkPlace(frame: Size, mark: Size, random: () => number = Math.random): { top: number; left: number } {
  const bands = [
    { from: MARGIN, to: frame.height / 3 - mark.height },
    { from: (frame.height * 2) / 3, to: frame.height - BAR - mark.height },
  ].map(({ from, to }) => ({ from, length: Math.max(0, to - from) }))
  const [above, below] = bands as [(typeof bands)[0], (typeof bands)[0]]
  const at = random() * (above.length + below.length)
  const top = at <= above.length ? Math.min(above.from, Math.max(0, frame.height / 3 - mark.height)) + at : below.from + at - above.length
  const left = MARGIN + random() * Math.max(0, frame.width - mark.width - 2 * MARGIN)
  return { top: Math.round(top), left: Math.round(left) }
}
