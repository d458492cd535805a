import jsQR from 'jsqr'

const SCALE = 4

/** Draws the squares of a path in black on white. */
function pixels(path: string, size: number): Uint8ClampedArray {
  const width = size * SCALE
  const image = new Uint8ClampedArray(width * width * 4).fill(255)
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let at = 0; at < SCALE * SCALE; at++) {
      const [column, row] = [Number(x) * SCALE + (at % SCALE), Number(y) * SCALE + Math.floor(at / SCALE)]
      image.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3)
    }
  }
  return image
}

/** What a code drawn by `BaseQrCode` says, by a decoder that knows nothing of the library that made it. */
export function readQrCode(svg: Element): string | undefined {
  return readSquares(svg.getAttribute('viewBox'), svg.querySelector('path')?.getAttribute('d'))
}

/** The same from the attributes of the picture and its path. */
export function readSquares(viewBox: string | null = '', path: string | null = ''): string | undefined {
  const size = Number(viewBox?.split(' ').at(-1))
  return jsQR(pixels(path ?? '', size), size * SCALE, size * SCALE)?.data
}
