import { createPinia } from 'pinia'
import { createApp } from 'vue'

import App from './App.vue'
import { inOwnTask } from './composables/base/inOwnTask'
import './composables/base/useTheme'
import { reloadSite } from './composables/school/useSite'
import { router } from './router'
import './styles/index.css'

// Vite's own server serves the document without the settings.
if (import.meta.env.DEV) void reloadSite()

// When all else has come; the server for development has no release. Without network it follows at the next visit.
async function follow(): Promise<void> {
  const loaded = await import('./followWorker').catch(() => null)
  await loaded?.followWorker()
}
if (import.meta.env.PROD) window.addEventListener('load', () => setTimeout(() => void follow(), 1000))

// Not in the task in which a slow phone has compiled and run all modules.
inOwnTask(() => createApp(App).use(createPinia()).use(router).mount('#app'))
