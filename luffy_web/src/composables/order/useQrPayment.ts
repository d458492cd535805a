import { onScopeDispose, ref, type Ref } from 'vue'

import { fetchPaymentStatus } from '@/api/order'
import { isClosed, OrderStatus } from '@/types'

/** Milliseconds; the server asks the payment provider about an order no more often. */
const INTERVAL = 3000

type QrState = 'waiting' | 'paid' | 'closed'

/**
 * Polls the server while a QR code is shown, until the order is paid or closed; what fails meanwhile is
 * tried again. `until` is the ISO time from which the code is worth nothing.
 */
export function useQrPayment(outTradeNo: () => string, until: () => string, paid: () => void): { state: Ref<QrState> } {
  const state = ref<QrState>('waiting')
  const current = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function query(): Promise<QrState> {
    const answer = await fetchPaymentStatus(outTradeNo(), current.signal).catch(() => null)
    if (answer?.order_status === OrderStatus.Paid) return 'paid'
    const isOver = answer ? isClosed(answer) || answer.order_status === OrderStatus.Refunded : false
    return isOver || Date.parse(until()) <= Date.now() ? 'closed' : 'waiting'
  }

  async function poll() {
    const found = await query()
    if (current.signal.aborted) return
    state.value = found
    if (found === 'waiting') timer = setTimeout(() => void poll(), INTERVAL)
    if (found === 'paid') paid()
  }

  timer = setTimeout(() => void poll(), INTERVAL)
  onScopeDispose(() => {
    clearTimeout(timer)
    current.abort()
  })

  return { state }
}
