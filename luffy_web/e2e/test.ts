import { expect, test as base } from '@playwright/test'

interface AllowedErrors {
  /** Permits an error that this test causes on purpose. */
  allow: (error: RegExp) => void
}

/**
 * The test function of every journey. It fails when a page logs an error, throws, has a failed request or
 * an error status, or requests anything from a foreign host.
 */
export const test = base.extend<{ errors: AllowedErrors }>({
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

      context.on('console', (message) => {
        if (message.type() === 'error') seen.push(`console ${message.text()} (${message.location().url})`)
      })
      context.on('weberror', (error) => seen.push(`error ${String(error.error())}`))
      context.on('request', (request) => {
        const { protocol, origin } = new URL(request.url())
        if (protocol.startsWith('http') && origin !== baseURL) seen.push(`foreign ${request.url()}`)
      })
      context.on('requestfailed', (request) => {
        seen.push(`${request.failure()?.errorText} ${request.method()} ${request.url()}`)
      })
      context.on('response', (response) => {
        if (response.status() >= 400) {
          seen.push(`${response.status()} ${response.request().method()} ${response.url()}`)
        }
      })

      await use({ allow: (error) => allowed.push(error) })

      expect(seen.filter((error) => !allowed.some((pattern) => pattern.test(error)))).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }
