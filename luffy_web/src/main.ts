import { createPinia } from 'pinia'
import { createApp } from 'vue'

import App from './App.vue'
import { reloadSite } from './composables/school/useSite'
import { router } from './router'
import './styles/index.css'

// Vite's own server serves the document without the settings.
if (import.meta.env.DEV) void reloadSite()

createApp(App).use(createPinia()).use(router).mount('#app')
