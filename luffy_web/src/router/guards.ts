import type { Router } from 'vue-router'

import { useSessionStore } from '@/stores/session'

/**
 * A page for students opens for everybody, with an invitation in its place and the login
 * dialog over it: nobody is sent away, and after logging in they stand where they wanted to be.
 */
export function installGuards(router: Router) {
  router.afterEach((to, from) => {
    document.title = `${to.meta.title} - Luffy 学堂`
    const session = useSessionStore()
    if (to.meta.requiresAuth && !session.isLoggedIn) void session.askLogin()
    else if (to.path !== from.path) session.turnAway()
  })
}
