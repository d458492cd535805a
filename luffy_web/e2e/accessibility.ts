import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** The violations that axe finds on this page, or a part of it, apart from minor ones. */
export async function violations(page: Page, part = ':root') {
  // axe's preload would fetch the style sheets again and resolve their imports against a wrong URL.
  // Naming the nodes that pass takes longer than testing them.
  const options = { preload: false, resultTypes: ['violations' as const] }
  const results = await new AxeBuilder({ page }).options(options).include(part).analyze()
  return results.violations
    .filter(({ impact }) => impact !== 'minor')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${String(target)}: ${failureSummary}`))
}

/** The width of the page's content in pixels; more than the screen means that it scrolls sideways. */
export function scrollWidth(page: Page): Promise<number> {
  return page.evaluate(() => document.scrollingElement?.scrollWidth ?? 0)
}
