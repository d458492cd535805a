import type { Router } from 'vue-router'

import { pageTitle } from '@/composables/school/useSite'
import { useSessionStore } from '@/stores/session'

/** What the server has said in the document of its page is not true of another one: browsers share the canonical address. */
function forgetFirstPage(): void {
  for (const tag of document.head.querySelectorAll('[data-page]')) tag.remove()
}

/**
 * A page that requires a login opens with a prompt and the login dialog instead of redirecting, so that
 * the visitor is on the wanted page after logging in.
 */
export function installGuards(router: Router): void {
  router.afterEach((to, from) => {
    if (from.matched.length === 0 || to.fullPath !== from.fullPath) document.title = pageTitle(to.meta.title)
    if (from.matched.length > 0 && to.path !== from.path) forgetFirstPage()
    const session = useSessionStore()
    if (to.meta.requiresAuth && !session.isLoggedIn) void session.askLogin()
    else if (to.path !== from.path) session.turnAway()
  })
}
