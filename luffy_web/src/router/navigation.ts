import type { Router } from 'vue-router'

import { useNotice } from '@/composables/useNotice'
import { storageOf } from '@/stores/storage'

/** The pages of another build are gone from the server after an update; the document names the new ones. */
const RELOADED = 'luffy-reloaded'

/** What a browser does by itself on a real change of page: focus moves, a failure is seen. */
export function installNavigation(router: Router) {
  const storage = storageOf('sessionStorage')

  router.afterEach((to, from, failure) => {
    if (failure) return
    storage.removeItem(RELOADED)
    // A screen reader then reads on in the new page, and Tab goes on from its beginning.
    if (from.matched.length > 0 && to.path !== from.path) {
      document.getElementById('content')?.focus({ preventScroll: true })
    }
  })

  router.onError((_fault, to) => {
    if (navigator.onLine && !storage.getItem(RELOADED)) {
      storage.setItem(RELOADED, to.fullPath)
      window.location.assign(to.fullPath)
      return
    }
    useNotice().warn('页面没有打开，请检查网络后再试一次。')
  })
}
