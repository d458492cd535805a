import { existsSync } from 'node:fs'

import { defineConfig } from '@playwright/test'

import type { Storage } from './e2e/remoteShop'
import { DATABASE, FOREIGN_PORT, LOG, PORT, STATE, TABLES } from './e2e/shop'

const REMOTE = 'remoteStorage.spec.ts'

/** The tables of all shops are made once. On the first start here, which installs what this needs, each makes its own. */
const MAKE_TABLES = `cd .. && .venv/bin/python manage.py migrate -v 0 && cp '${STATE}/${DATABASE}' '${TABLES}'`

/** The journeys run in the system's Chromium against a shop that scripts/start starts for them. */
const chromium = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path))
if (!chromium) throw new Error('Chromium is missing: install it (apt-get install chromium) or set CHROMIUM_PATH.')

export default defineConfig<object, { storage: Storage }>({
  testDir: 'e2e',
  globalSetup: './e2e/globalSetup.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  // Beside other checks a second browser only makes both of them late.
  workers: Number(process.env.E2E_WORKERS ?? 2),
  forbidOnly: Boolean(process.env.CI),
  // Decision 0043. What fails by itself is not to be repeated where somebody looks at it.
  retries: Number(process.env.E2E_RETRIES ?? 0),
  reporter: [['list']],
  // Other checks run beside the journeys, so a page may take its time.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    // What a worker asks for passes `page.route` by; offline.spec.ts is about it.
    serviceWorkers: 'block',
    // Recording takes a seventh of the time, and CI does not keep traces.
    trace: process.env.CI ? 'off' : 'retain-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Pages of one profile share a process, so that what it has compiled is there for the next one.
        '--renderer-process-limit=1',
      ],
    },
  },
  projects: [
    { name: 'login', testMatch: 'login.setup.ts' },
    { name: 'chromium', testMatch: '*.spec.ts', testIgnore: REMOTE, dependencies: ['login'] },
    // Each starts a shop of its own on this storage.
    { name: 's3', testMatch: REMOTE, use: { storage: 's3' } },
    { name: 'qiniu', testMatch: REMOTE, use: { storage: 'qiniu' }, grepInvert: /@once/ },
  ],
  webServer: {
    command: `rm -rf '${STATE}' && mkdir -p '${STATE}' && { (${MAKE_TABLES}) >'${LOG}' 2>&1; exec ../scripts/start >'${LOG}' 2>&1; }`,
    env: {
      PORT,
      VAR_DIR: STATE,
      DJANGO_SETTINGS_MODULE: 'luffy_api.settings.dev',
      CORS_ALLOWED_ORIGINS: `http://127.0.0.1:${FOREIGN_PORT}`,
    },
    url: `http://127.0.0.1:${PORT}/readyz`,
    timeout: 300_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
    reuseExistingServer: false,
  },
})
