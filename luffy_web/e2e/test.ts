import { expect, test as base } from '@playwright/test'

interface Faults {
  /** Names a fault that this test means to cause. */
  allow: (fault: RegExp) => void
}

/**
 * The test function of every journey. Whatever the journey itself looks at, no page may log an
 * error, throw, lose a request or ask a foreign host for anything.
 */
export const test = base.extend<{ faults: Faults }>({
  faults: [
    async ({ context, baseURL }, use) => {
      const seen: string[] = []
      // A player drops a range request when it has enough; leaving a page drops its late pictures and reads.
      const allowed = [/^net::ERR_ABORTED GET \S+\/(files\/|media\/|api\/|favicon\.svg$)/]

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

      await use({ allow: (fault) => allowed.push(fault) })

      expect(seen.filter((fault) => !allowed.some((pattern) => pattern.test(fault)))).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }
