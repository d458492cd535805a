import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** The violations that axe finds on this page, or a part of it; in the back office apart from minor ones. */
export function violations(page: Page, part = ':root') {
  return violationsOf(page, part)
}

/** Those of its colours in the dark. */
export async function darkViolations(page: Page) {
  await page.emulateMedia({ colorScheme: 'dark' })
  // Not all that axe looks at has its new colours in the frame in which they change.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  const found = await violationsOf(page, ':root', ['color-contrast'])
  await page.emulateMedia({ colorScheme: 'light' })
  return found.map((each) => `in the dark: ${each}`)
}

async function violationsOf(page: Page, part: string, rules?: string[]) {
  const options = {
    // axe's preload would fetch the style sheets again and resolve their imports against a wrong URL.
    preload: false,
    // Naming the nodes that pass takes longer than testing them.
    resultTypes: ['violations' as const],
    ...(rules && { runOnly: { type: 'rule' as const, values: rules } }),
  }
  const results = await new AxeBuilder({ page }).options(options).include(part).analyze()
  const isShop = !new URL(page.url()).pathname.startsWith('/admin/')
  return results.violations
    .filter(({ impact }) => isShop || impact !== 'minor')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${String(target)}: ${failureSummary}`))
}

/** The width of the page's content in pixels; more than the screen means that it scrolls sideways. */
export function scrollWidth(page: Page): Promise<number> {
  return page.evaluate(() => document.scrollingElement?.scrollWidth ?? 0)
}
