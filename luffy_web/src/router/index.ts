import { createRouter, createWebHistory } from 'vue-router'

import { installGuards } from './guards'
import { routes } from './routes'

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => {
    if (saved) return saved
    return to.path === from.path && to.query.page === from.query.page ? undefined : { top: 0 }
  },
})

installGuards(router)
