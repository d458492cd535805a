/**
 * The service worker, served at /sw.js: it keeps files whose names contain a hash, and a page that says that
 * there is no network. Documents and answers of the API always come from the server, so there is never an old
 * app or an old price. docs/decisions/0067-looks.md
 */
import { isHashed, isPage } from './requests'

declare const self: ServiceWorkerGlobalScope

/** The build puts the release in its place (vite.config.ts): another release is another worker, with a cache of its own. */
const CACHE = 'luffy-__RELEASE__'
const OFFLINE = '/offline.html'

async function install(): Promise<void> {
  const cache = await caches.open(CACHE)
  // Not one that the browser has kept: it may be that of the release before.
  await cache.add(new Request(OFFLINE, { cache: 'reload' }))
  // It serves nothing that belongs to a release, so pages that are open need not be closed before.
  await self.skipWaiting()
}

async function activate(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith('luffy-') && name !== CACHE).map((name) => caches.delete(name)))
  // The document is asked for while the worker starts, which takes a tenth of a second on a phone.
  await self.registration.navigationPreload?.enable()
  await self.clients.claim()
}

async function page(event: FetchEvent): Promise<Response> {
  try {
    return ((await event.preloadResponse) as Response | undefined) ?? (await fetch(event.request))
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error()
  }
}

async function hashed(event: FetchEvent): Promise<Response> {
  const cache = await caches.open(CACHE)
  const kept = await cache.match(event.request, { ignoreVary: true })
  if (kept) return kept
  const answer = await fetch(event.request)
  // Where there is no room left, nothing is kept.
  if (answer.status === 200) event.waitUntil(cache.put(event.request, answer.clone()).catch(() => undefined))
  return answer
}

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))
self.addEventListener('fetch', (event) => {
  if (isPage(event.request, self.location.origin)) event.respondWith(page(event))
  else if (isHashed(event.request, self.location.origin)) event.respondWith(hashed(event))
})
