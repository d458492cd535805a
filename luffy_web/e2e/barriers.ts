import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** What keeps people out of this page, or a part of it, as it stands now: axe calls it serious or critical. */
export async function barriers(page: Page, part = ':root') {
  // Fetching the style sheets once more would ask for what they import at a wrong address.
  const { violations } = await new AxeBuilder({ page }).options({ preload: false }).include(part).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${String(target)}: ${failureSummary}`))
}
