import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import vue from '@vitejs/plugin-vue'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const backend = process.env.VITE_API_TARGET ?? 'http://127.0.0.1:8000'

const specsWithMocks = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.spec.ts'))
  .map((name) => `src/${name}`)
  .filter((path) => /vi\.(mock|resetModules)\(/.test(readFileSync(path, 'utf8')))

const BACK_OFFICE = ['upload', 'figures', 'text', 'rowOrder']
const WORKER = 'service-worker'
const SHARED = /\/src\/(?!backOffice|player|serviceWorker)/
const FORMS = /\/src\/(components\/base\/Base(Field|Form|Submit)|components\/user\/User(Frame|LoginPrompt)|composables\/base\/use(Form|Draft)\b)/
const CARDS = /\/src\/(components\/base\/BasePager|components\/course\/Course(Card|Grid|PagedGrid))/
const PLAYER = /node_modules\/(xgplayer\/es|eventemitter3|delegate)\//
const COMMUNITY = /\/src\/api\/community\.ts/

/** Browsers install a service worker anew when a byte of it has changed; it keeps nothing of another release. */
const releaseOfWorker: Plugin = {
  name: 'luffy-release-of-worker',
  generateBundle(_options, bundle) {
    const worker = bundle[`${WORKER}.js`]
    if (worker?.type !== 'chunk') return
    const files = [...Object.keys(bundle).sort(), readFileSync('public/offline.html', 'utf8')]
    const release = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 16)
    worker.code = worker.code.replace('__RELEASE__', release)
  },
}

const setup = 'src/testing/setup.ts'

export default defineConfig({
  base: '/',
  plugins: [vue(), releaseOfWorker],
  // Every component is written with the composition API.
  define: { __VUE_OPTIONS_API__: 'false' },
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    assetsDir: 'assets',
    manifest: true,
    // The page's policy allows no data: fonts, and small files gain nothing from being inlined.
    assetsInlineLimit: 0,
    // The player is heavy by nature and is only fetched when a video is opened.
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      input: {
        index: 'index.html',
        upload: 'src/backOffice/upload.ts',
        figures: 'src/backOffice/figures.ts',
        text: 'src/backOffice/text.ts',
        rowOrder: 'src/backOffice/rowOrder.ts',
        [WORKER]: 'src/serviceWorker/worker.ts',
      },
      output: {
        // Django's pages name these, so their names stay.
        entryFileNames: ({ name }) => {
          if (name === WORKER) return `${WORKER}.js`
          return BACK_OFFICE.includes(name) ? `back-office/${name}.js` : 'assets/[name]-[hash].js'
        },
        assetFileNames: ({ names }) =>
          BACK_OFFICE.some((name) => names.includes(`${name}.css`)) ? 'back-office/[name][extname]' : 'assets/[name]-[hash][extname]',
        // What most pages share comes in a few files: each one costs a kilobyte of headers, and small ones
        // compress badly.
        codeSplitting: {
          groups: [
            { name: 'libraries', test: /node_modules\/(@vue|vue|vue-router|pinia|openapi-fetch|@vueuse)\//, minShareCount: 4 },
            { name: 'shared', test: (path: string) => SHARED.test(path) && !FORMS.test(path) && !CARDS.test(path) && !COMMUNITY.test(path), minShareCount: 4 },
            // Most pages have these, but a course and a lecture show neither at first.
            { name: 'forms', test: FORMS, minShareCount: 2 },
            { name: 'cards', test: CARDS, minShareCount: 2 },
            // What subtitles, HLS and FLV have of it never comes without the rest.
            { name: 'player', test: PLAYER },
            { name: 'community', test: COMMUNITY, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/media', '/files', '/static', '/alipay', '/admin', '/icons', '/site.webmanifest'].map((path) => [path, { target: backend }]),
    ),
  },
  test: {
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'http://luffy.test/' } },
    maxWorkers: 2,
    // Rendering a whole page takes long on a busy machine.
    testTimeout: 20_000,
    restoreMocks: true,
    unstubGlobals: true,
    // A worker and a jsdom of its own for each spec take three quarters of the time.
    isolate: false,
    sequence: { setupFiles: 'list' },
    // Loading our modules again takes time as well; only specs that replace some need it.
    projects: [
      { extends: true, test: { name: 'shared', include: ['src/**/*.spec.ts'], exclude: specsWithMocks, setupFiles: [setup] } },
      {
        extends: true,
        test: { name: 'mocking', include: specsWithMocks, setupFiles: ['src/testing/freshModules.ts', setup] },
      },
    ],
  },
})
