/** The longest code that is coloured; a phone takes a second for more. */
const MAX_CODE = 50_000

/**
 * Draws the formulas of a text and colours its code. What that takes is only downloaded for a text
 * that has some; where it does not come, the text stays readable as it is.
 */
export async function enrich(root: HTMLElement): Promise<void> {
  const formulas = [...root.querySelectorAll<HTMLElement>('.math:not([data-drawn])')]
  const codes = [...root.querySelectorAll<HTMLElement>('code[class^="language-"]:not([data-drawn])')]
  await Promise.allSettled([drawFormulas(formulas), colour(codes)])
}

async function drawFormulas(elements: HTMLElement[]) {
  if (!elements.length) return
  const { drawFormula } = await import('./formulas')
  for (const element of claim(elements)) drawFormula(element, element.matches('.math--block'))
}

async function colour(elements: HTMLElement[]) {
  const short = elements.filter((element) => (element.textContent?.length ?? 0) <= MAX_CODE)
  if (!short.length) return
  const { colourCode } = await import('./code')
  for (const element of claim(short)) colourCode(element)
}

/** Those that nobody else has drawn while the scripts were on their way. */
function claim(elements: HTMLElement[]) {
  const free = elements.filter((element) => !element.dataset['drawn'])
  for (const element of free) element.dataset['drawn'] = 'yes'
  return free
}

/** Goes to a footnote and back without leaving the page: the router knows of no such address. */
export function followFootnote(event: MouseEvent): void {
  const link = event.target instanceof Element && event.target.closest('a[href^="#fn"]')
  if (!link) return
  event.preventDefault()
  const target = document.getElementById(decodeURIComponent(link.getAttribute('href')?.slice(1) ?? ''))
  target?.scrollIntoView({ block: 'center' })
  target?.setAttribute('tabindex', '-1')
  target?.focus({ preventScroll: true })
}
