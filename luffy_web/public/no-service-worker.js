// Served at /sw.js in the place of the service worker where SERVICE_WORKER is off: takes away what it kept, and itself.
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => {
  const leave = async () => {
    const names = await caches.keys()
    await Promise.all(names.filter((name) => name.startsWith('luffy-')).map((name) => caches.delete(name)))
    await self.registration.unregister()
  }
  event.waitUntil(leave())
})
