import type { Router } from 'vue-router'

import { installBackButton, leaveDialogs } from '@/composables/base/backButton'
import { hasArrived, reloadOnce } from '@/composables/base/reloadOnce'
import { setRevisit } from '@/composables/base/revisit'
import { useConfirm } from '@/composables/base/useConfirm'
import { notePlace } from '@/composables/base/notePlace'
import { useNotice } from '@/composables/base/useNotice'
import { useCashierDialog } from '@/composables/order/useCashierDialog'

/** What a browser does on a full page load: moves the focus, takes dialogs along, shows a failure. */
export function installNavigation(router: Router): void {
  const { history } = router.options
  /** A document that is loaded anew, or by 返回 from another site, finds where it stood. */
  let isReturning = Boolean(history.state.scroll)
  history.listen(() => (isReturning = true))
  installBackButton(() => history.location)
  notePlace()

  router.beforeEach(async (to, from) => {
    setRevisit(isReturning)
    isReturning = false
    if (to.path !== from.path) await leaveDialogs()
  })

  router.afterEach((to, from, failure) => {
    if (failure) return
    hasArrived('page')
    // Screen readers then continue in the new page, and Tab starts at its beginning.
    if (from.matched.length > 0 && to.path !== from.path) {
      // A phone's back button works below a dialog, too: a question or QR code belongs to the page that is left.
      useConfirm().answer(false)
      useCashierDialog().close(false)
      document.getElementById('content')?.focus({ preventScroll: true })
    }
  })

  router.onError((_fault, to) => {
    if (!reloadOnce('page', to.fullPath)) useNotice().warn('页面没有打开，请检查网络后再试一次。')
  })
}
