import { ref, type Ref } from 'vue'

import { fetchPaymentStatus } from '@/api/order'
import { usePolling } from '@/composables/base/usePolling'
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

  async function query(signal: AbortSignal): Promise<QrState> {
    const answer = await fetchPaymentStatus(outTradeNo(), signal).catch(() => null)
    if (answer?.order_status === OrderStatus.Paid) return 'paid'
    const isOver = answer ? isClosed(answer) || answer.order_status === OrderStatus.Refunded : false
    return isOver || Date.parse(until()) <= Date.now() ? 'closed' : 'waiting'
  }

  const { start } = usePolling(
    async (signal) => {
      const found = await query(signal)
      if (signal.aborted) return true
      state.value = found
      if (found === 'paid') paid()
      return found !== 'waiting'
    },
    { first: INTERVAL, longest: INTERVAL },
  )
  start()

  return { state }
}
