import { readFileSync } from 'node:fs'

import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test'

/** What a file of a session holds; see login.setup.ts. */
interface Session {
  cookies: Parameters<BrowserContext['addCookies']>[0]
  origins: { localStorage: { name: string; value: string }[] }[]
}

interface Profile {
  kind: string
  context: BrowserContext
  /** A page that stays, and with it the process of all pages. */
  anchor: Page
}

/** Takes away what pages have kept in this profile, and puts in what a session keeps. */
async function keepOnly(items: { name: string; value: string }[]) {
  localStorage.clear()
  for (const { name = '' } of await indexedDB.databases()) indexedDB.deleteDatabase(name)
  for (const name of await caches.keys()) await caches.delete(name)
  for (const { name, value } of items) localStorage.setItem(name, value)
}

/**
 * Profiles of a worker's browser that journeys have one after the other, as visitors who have cleared their
 * cookies and what pages have kept. A new one starts processes, and loads and compiles every script again:
 * a third of what a visit costs; decision 0100.
 */
export class Profiles {
  private free: Profile[] = []
  private taken: Profile[] = []

  constructor(private readonly browser: Browser) {}

  /** A profile with these options, and this session alone. */
  async take(options: BrowserContextOptions, session?: string): Promise<BrowserContext> {
    const kind = JSON.stringify(options)
    const profile = this.free.find((each) => each.kind === kind) ?? (await this.make(kind, options))
    this.free = this.free.filter((each) => each !== profile)
    this.taken.push(profile)
    const { cookies, origins } = (session ? JSON.parse(readFileSync(session, 'utf8')) : { cookies: [], origins: [] }) as Session
    await profile.context.addCookies(cookies)
    await profile.anchor.evaluate(keepOnly, origins.flatMap(({ localStorage }) => localStorage))
    return profile.context
  }

  /** Closes all pages of the journey that ends. */
  async giveBack(): Promise<void> {
    for (const profile of this.taken.splice(0)) {
      const { context, anchor } = profile
      await Promise.all(context.pages().filter((page) => page !== anchor).map((page) => page.close()))
      await context.clearCookies()
      this.free.push(profile)
    }
  }

  private async make(kind: string, options: BrowserContextOptions): Promise<Profile> {
    const context = await this.browser.newContext({ ...options, storageState: undefined })
    const anchor = await context.newPage()
    await anchor.goto('/healthz')
    return { kind, context, anchor }
  }
}
