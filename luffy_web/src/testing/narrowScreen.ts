import { vi } from 'vitest'

/** Has media queries for at most 860 pixels match; jsdom knows no media. */
export function narrowScreen(): void {
  vi.stubGlobal('matchMedia', (media: string) =>
    Object.assign(new EventTarget(), { media, matches: media === '(max-width: 860px)' }),
  )
}
