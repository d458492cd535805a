import type { Router } from 'vue-router'

import { pageTitle } from '@/composables/school/useSite'
import { useSessionStore } from '@/stores/session'

/**
 * A page that requires a login opens with a prompt and the login dialog instead of redirecting, so that
 * the visitor is on the wanted page after logging in.
 */
export function installGuards(router: Router): void {
  router.afterEach((to, from) => {
    document.title = pageTitle(to.meta.title)
    const session = useSessionStore()
    if (to.meta.requiresAuth && !session.isLoggedIn) void session.askLogin()
    else if (to.path !== from.path) session.turnAway()
  })
}
