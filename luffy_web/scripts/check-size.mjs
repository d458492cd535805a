// Adds up what the home page needs before it can show itself: the entry, the home page's
// chunk and all that they import statically, gzipped as a server sends them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const LIMIT_KB = 220
const DIST = new URL('../dist/', import.meta.url).pathname
const ROOTS = ['index.html', 'src/pages/home/HomePage.vue']

/** @typedef {{ file: string, css?: string[], imports?: string[] }} Chunk */

/** @type {Record<string, Chunk>} */
const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8'))

/** @param {string} key @param {Set<string>} seen @returns {string[]} */
function filesOf(key, seen) {
  if (seen.has(key)) return []
  seen.add(key)
  const chunk = manifest[key]
  if (!chunk) throw new Error(`${key} is not in the manifest`)
  return [
    chunk.file,
    ...(chunk.css ?? []),
    ...(chunk.imports ?? []).flatMap((name) => filesOf(name, seen)),
  ]
}

const seen = /** @type {Set<string>} */ (new Set())
const files = ['index.html', ...new Set(ROOTS.flatMap((key) => filesOf(key, seen)))]
let total = 0
for (const file of files) {
  const size = gzipSync(readFileSync(join(DIST, file))).length
  total += size
  console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${file}`)
}
console.log(`${(total / 1000).toFixed(1).padStart(8)} kB  first load of the home page (limit ${LIMIT_KB} kB)`)
if (total > LIMIT_KB * 1000) process.exit(1)
