import type { Router } from 'vue-router'

import { useConfirm } from '@/composables/base/useConfirm'
import { useNotice } from '@/composables/base/useNotice'
import { useCashierDialog } from '@/composables/order/useCashierDialog'
import { storageOf } from '@/stores/storage'

/** Set while reloading: after a deployment the chunks of the old build are gone, and the document names the new ones. */
const RELOADED = 'luffy-reloaded'

/** What a browser does on a full page load: moves the focus, takes dialogs along, shows a failure. */
export function installNavigation(router: Router): void {
  const storage = storageOf('sessionStorage')

  router.afterEach((to, from, failure) => {
    if (failure) return
    storage.removeItem(RELOADED)
    // Screen readers then continue in the new page, and Tab starts at its beginning.
    if (from.matched.length > 0 && to.path !== from.path) {
      // A phone's back button works below a dialog, too: a question or QR code belongs to the page that is left.
      useConfirm().answer(false)
      useCashierDialog().close(false)
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
