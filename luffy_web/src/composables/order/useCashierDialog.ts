import { readonly, shallowRef, type Ref } from 'vue'

import type { Payment } from '@/types'

/** `qr_code` is scanned with another device; `browser` says how to leave WeChat's, where Alipay does not open. */
export interface CashierDialog {
  kind: 'qr_code' | 'browser'
  payment: Payment
}

interface DialogState {
  dialog: Readonly<Ref<CashierDialog | null>>
  /** Resolves to whether the visitor is back on the page, having closed the dialog. */
  show: (shown: CashierDialog) => Promise<boolean>
  /** `back`: the visitor stays on the page behind the dialog. */
  close: (back?: boolean) => void
}

const dialog = shallowRef<CashierDialog | null>(null)
let resolve: (back: boolean) => void = () => undefined

function close(back = true) {
  dialog.value = null
  resolve(back)
}

function show(shown: CashierDialog): Promise<boolean> {
  close()
  dialog.value = shown
  return new Promise((settle) => (resolve = settle))
}

/** The dialog of one payment at a time, shared by all callers and shown by `OrderCashier`. */
export function useCashierDialog(): DialogState {
  return { dialog: readonly(dialog), show, close }
}
