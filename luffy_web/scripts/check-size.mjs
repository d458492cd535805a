// Adds up the scripts that a page needs before it can show itself: the entry, the page's chunk, and all that they
// import statically, in brotli as a server sends them; and the same with what a video needs to be played.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'

const DIST = new URL('../dist/', import.meta.url).pathname
const LEARN = 'src/pages/course/LearnPage.vue'
const PLAYER = ['src/player/xgplayer.ts', 'src/player/hls/plugin.ts']
const PAGES = [
  { page: 'home page', limit: 75, roots: ['src/pages/home/HomePage.vue'] },
  { page: 'page of a course', limit: 75, roots: ['src/pages/course/CoursePage.vue'] },
  { page: 'page of learning', limit: 95, roots: [LEARN] },
  // With what browsers without HLS of their own need.
  { page: 'page of learning whose video plays', limit: 150, roots: [LEARN, ...PLAYER] },
]

/** @typedef {{ file: string, imports?: string[] }} Chunk */

/** @type {Record<string, Chunk>} */
const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8'))

/** @param {string} key @param {Set<string>} seen @returns {string[]} */
function filesOf(key, seen) {
  if (seen.has(key)) return []
  seen.add(key)
  const chunk = manifest[key]
  if (!chunk) throw new Error(`${key} is not in the manifest`)
  return [chunk.file, ...(chunk.imports ?? []).flatMap((name) => filesOf(name, seen))]
}

/** @param {number} bytes */
const kB = (bytes) => `${(bytes / 1000).toFixed(1).padStart(8)} kB`

let failed = false
for (const { page, limit, roots } of PAGES) {
  const seen = /** @type {Set<string>} */ (new Set())
  const files = new Set(['index.html', ...roots].flatMap((key) => filesOf(key, seen)))
  const sizes = [...files].map((file) => ({ file, size: brotliCompressSync(readFileSync(join(DIST, file))).length }))
  for (const { file, size } of sizes) console.log(`${kB(size)}  ${file}`)
  const total = sizes.reduce((sum, { size }) => sum + size, 0)
  console.log(`${kB(total)}  ${page} (limit ${limit} kB)\n`)
  failed ||= total > limit * 1000
}
if (failed) process.exit(1)
