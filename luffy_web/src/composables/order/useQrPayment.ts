import { ref, type Ref } from 'vue'

import { fetchPaymentStatus } from '@/api/order'
import { serverNow } from '@/api/serverTime'
import { usePolling } from '@/composables/base/usePolling'
import { isClosed, OrderStatus, type Payment } from '@/types'

/** Milliseconds; the server asks the payment provider about an order no more often. */
const INTERVAL = 3000

/**
 * `closed`: the order is, without a payment. `void`: only the code is, `why` the order takes no payment any more
 * if that is the reason; a payment may still be on its way.
 */
type QrState = 'waiting' | 'settled' | 'closed' | 'void'

/**
 * Polls the server while a QR code is shown, until the order is closed, or money has arrived, of which
 * `settled` is told. What fails meanwhile is tried again.
 */
export function useQrPayment(payment: () => Payment, settled: () => void): { state: Ref<QrState>; why: Ref<string> } {
  const state = ref<QrState>('waiting')
  const why = ref('')

  async function query(signal: AbortSignal): Promise<QrState> {
    const { out_trade_no, pay_type, expires_at } = payment()
    const answer = await fetchPaymentStatus(out_trade_no, signal).catch(() => null)
    if (answer && isClosed(answer)) return 'closed'
    if (answer && answer.order_status !== OrderStatus.Unpaid) return 'settled'
    // Another tab may have changed the method, which closes the trade of this code.
    const isReplaced = answer?.order && answer.order.pay_type !== pay_type
    if (isReplaced || Date.parse(expires_at) <= serverNow()) return 'void'
    why.value = answer?.order?.payment_refusal?.msg ?? ''
    return why.value ? 'void' : 'waiting'
  }

  const { start } = usePolling(
    async (signal) => {
      const found = await query(signal)
      if (signal.aborted) return true
      state.value = found
      if (found === 'settled') settled()
      return found !== 'waiting'
    },
    { first: INTERVAL, longest: INTERVAL },
  )
  start()

  return { state, why }
}
