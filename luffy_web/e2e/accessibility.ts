import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import axe from 'axe-core'

/** The violations that axe finds on this page, or a part of it; in the back office apart from minor ones. */
export function violations(page: Page, part = ':root') {
  return violationsOf(page, part)
}

/** Those of its colours in the dark. */
export async function darkViolations(page: Page) {
  await page.emulateMedia({ colorScheme: 'dark' })
  // Not all that axe looks at has its new colours in the frame in which they change; links fade to theirs, and
  // what inherits a colour that has faded may begin to fade after it.
  await page.evaluate(async () => {
    let fading: Animation[]
    do {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      fading = document.getAnimations().filter((each) => each instanceof CSSTransition)
      await Promise.allSettled(fading.map((each) => each.finished))
    } while (fading.length > 0)
  })
  const found = await violationsOf(page, ':root', ['color-contrast'])
  await page.emulateMedia({ colorScheme: 'light' })
  return found.map((each) => `in the dark: ${each}`)
}

/** Those that keep somebody from using a page of the back office; what is framed in it is a page by itself. */
export async function seriousViolations(page: Page) {
  const { violations } = await (await builder(page, ':root')).exclude('iframe').analyze()
  return named(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical'))
}

async function violationsOf(page: Page, part: string, rules?: string[]) {
  const isShop = !new URL(page.url()).pathname.startsWith('/admin/')
  const { violations } = await (await builder(page, part, rules)).analyze()
  return named(violations.filter(({ impact }) => isShop || impact !== 'minor'))
}

/** Stands for the source of axe in a document that has it: half a megabyte, which takes long to read again. */
const NOTHING = ';'

interface Colour {
  r: number
  g: number
  b: number
  alpha: number
}
interface Axe {
  commons: { color: { Color: { prototype: Colour & { parseString: (text: string) => Colour } } } }
}

/**
 * Lets axe read each colour once. It reads those of all that lies behind a text, and of all around it, for each
 * text of a page anew: a quarter of its time.
 */
function rememberColours() {
  const colour = (window as unknown as { axe: Axe }).axe.commons.color.Color.prototype
  const known = new Map<string, Colour>()
  const parse = colour.parseString
  colour.parseString = function (text) {
    const seen = known.get(text)
    if (seen) return Object.assign(this, seen)
    const { r, g, b, alpha } = parse.call(this, text)
    known.set(text, { r, g, b, alpha })
    return this
  }
}

const SOURCE = `${axe.source};(${String(rememberColours)})()`

async function builder(page: Page, part: string, rules?: string[]) {
  const options = {
    // axe's preload would fetch the style sheets again and resolve their imports against a wrong URL.
    preload: false,
    // Naming the nodes that pass takes longer than testing them.
    resultTypes: ['violations' as const],
    ...(rules && { runOnly: { type: 'rule' as const, values: rules } }),
  }
  // A page without frames is judged by itself. Otherwise the results are put together in a page of their own,
  // with a process of its own, which reads the source as well.
  const isAlone = page.frames().length === 1
  const isThere = isAlone && (await page.evaluate(() => 'axe' in window))
  return new AxeBuilder({ page, axeSource: isThere ? NOTHING : SOURCE })
    .setLegacyMode(isAlone)
    .options(options)
    .include(part)
}

type Violations = Awaited<ReturnType<AxeBuilder['analyze']>>['violations']

const named = (found: Violations) =>
  found.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${String(target)}: ${failureSummary}`))

/** The width of the page's content in pixels; more than the screen means that it scrolls sideways. */
export function scrollWidth(page: Page): Promise<number> {
  return page.evaluate(() => document.scrollingElement?.scrollWidth ?? 0)
}
