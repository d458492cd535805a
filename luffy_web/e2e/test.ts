import { expect, test as base, type ConsoleMessage, type Page, type Request, type Response, type WebError } from '@playwright/test'

import { Profiles } from './profiles'

interface AllowedErrors {
  /** Permits an error that this test causes on purpose. */
  allow: (error: RegExp) => void
}

interface Size {
  width: number
  height: number
}

interface Journey {
  errors: AllowedErrors
  /**
   * The journey is about what a browser does that was never here, or changes the clock or the like of its
   * profile; see profiles.ts.
   */
  newProfile: boolean
  /** A page of somebody else, in a profile of their own. */
  visitor: (who?: { storageState?: string; viewport?: Size }) => Promise<Page>
}

/**
 * The test function of every journey. It fails when a page logs an error, throws, has a failed request or
 * an error status, or requests anything from a foreign host.
 */
export const test = base.extend<Journey, { profiles: Profiles }>({
  newProfile: [false, { option: true }],
  profiles: [async ({ browser }, use) => use(new Profiles(browser)), { scope: 'worker' }],

  context: async (
    { browser, profiles, newProfile, baseURL, storageState, isMobile, hasTouch, deviceScaleFactor, userAgent, contextOptions },
    use,
    info,
  ) => {
    if (newProfile) {
      const context = await browser.newContext()
      await use(context)
      await context.close()
    } else {
      const options = { baseURL, isMobile, hasTouch, deviceScaleFactor, userAgent, ...contextOptions }
      await use(await profiles.take(options, storageState as string | undefined))
    }
    // Playwright draws the pages of a journey that failed, and ends this browser.
    if (info.status === info.expectedStatus) await profiles.giveBack()
  },

  page: async ({ context, viewport }, use) => {
    const page = await context.newPage()
    if (viewport) await page.setViewportSize(viewport)
    await use(page)
  },

  // The profiles of visitors are given back with that of the journey.
  visitor: async ({ profiles, baseURL, viewport, contextOptions }, use) => {
    const options = { baseURL, isMobile: false, hasTouch: false, ...contextOptions }
    await use(async (who = {}) => {
      const context = await profiles.take(options, who.storageState)
      const page = await context.newPage()
      const size = who.viewport ?? viewport
      if (size) await page.setViewportSize(size)
      return page
    })
  },

  errors: [
    async ({ context, baseURL }, use) => {
      const seen: string[] = []
      const allowed = [
        // Players abort range requests when enough is buffered; leaving a page aborts its pending requests.
        /^net::ERR_ABORTED GET \S+\/(assets\/|files\/|media\/|api\/|static\/|back-office\/|favicon\.svg$)/,
        // Sent with keepalive while the page is left: it arrives, but nobody is left to read the answer.
        /^net::ERR_ABORTED PUT \S+\/progress\/$/,
        // The first page of the back office is left before the figures in its frame are there.
        /^net::ERR_ABORTED GET \S+\/admin\/dashboard\/dailyfigures\/$/,
      ]

      const onConsole = (message: ConsoleMessage) => {
        if (message.type() === 'error') seen.push(`console ${message.text()} (${message.location().url})`)
      }
      const onError = (error: WebError) => seen.push(`error ${String(error.error())}`)
      const onRequest = (request: Request) => {
        const { protocol, origin } = new URL(request.url())
        if (protocol.startsWith('http') && origin !== baseURL) seen.push(`foreign ${request.url()}`)
      }
      const onFailure = (request: Request) =>
        seen.push(`${request.failure()?.errorText} ${request.method()} ${request.url()}`)
      const onResponse = (response: Response) => {
        if (response.status() >= 400) {
          seen.push(`${response.status()} ${response.request().method()} ${response.url()}`)
        }
      }
      context
        .on('console', onConsole)
        .on('weberror', onError)
        .on('request', onRequest)
        .on('requestfailed', onFailure)
        .on('response', onResponse)

      await use({ allow: (error) => allowed.push(error) })

      // The next journey may have this profile.
      context
        .off('console', onConsole)
        .off('weberror', onError)
        .off('request', onRequest)
        .off('requestfailed', onFailure)
        .off('response', onResponse)
      expect(seen.filter((error) => !allowed.some((pattern) => pattern.test(error)))).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }
