import { createRouter, createWebHistory } from 'vue-router'

import type { Place } from '@/composables/base/notePlace'
import { untilHigh } from '@/composables/base/untilHigh'

import { installGuards } from './guards'
import { installNavigation } from './navigation'
import { redirects } from './redirects'
import { routes, SPELLING } from './routes'

export const router = createRouter({
  history: createWebHistory(),
  routes: [...redirects, ...routes],
  ...SPELLING,
  scrollBehavior: async (to, from, saved: Place | null) => {
    if (saved) return (await untilHigh(saved.top, saved.height)) ? { left: saved.left, top: saved.top } : undefined
    return to.path === from.path && to.query.page === from.query.page ? undefined : { top: 0 }
  },
})

installGuards(router)
installNavigation(router)
