import { useTimeout } from '@vueuse/core'
import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

import { ApiError } from '@/api/errors'
import { fetchPaymentStatus } from '@/api/order'
import { usePolling } from '@/composables/base/usePolling'
import { OrderStatus, type Order } from '@/types'

/** Milliseconds. */
const PAUSES = { first: 1000, longest: 12_000 }
const POLLING_TIME = 120_000
const OFFER_AFTER = 5000

export type PaymentState = 'waiting' | 'paid' | 'refunded' | 'cancelled' | 'expired' | 'late' | 'unknown'

interface PaymentStatusPolling {
  state: Ref<PaymentState>
  /** The order's own number; the return URL may carry that of one of its trades. */
  orderNumber: Ref<string>
  /** The order, if the visitor may see it. */
  order: ShallowRef<Order | null>
  /** The server's sentence about the state. */
  message: Ref<string>
  /** Why the last question got no answer. */
  problem: Ref<string>
  /** It takes longer than usual, so the visitor is offered something to do meanwhile. */
  isTakingLong: Readonly<Ref<boolean>>
  refresh: () => void
}

const STATES: Record<OrderStatus, PaymentState> = {
  [OrderStatus.Unpaid]: 'waiting',
  [OrderStatus.Paid]: 'paid',
  [OrderStatus.Cancelled]: 'cancelled',
  [OrderStatus.TimedOut]: 'expired',
  [OrderStatus.Refunded]: 'refunded',
}

/**
 * Polls the server until the payment has arrived, because the cashier's return address proves nothing.
 * After two minutes the state is `late` and the visitor may refresh.
 */
export function usePaymentStatus(outTradeNo: () => string): PaymentStatusPolling {
  const state = ref<PaymentState>('waiting')
  const order = shallowRef<Order | null>(null)
  const orderNumber = ref(outTradeNo())
  const message = ref('')
  const problem = ref('')
  const isTakingLong = useTimeout(OFFER_AFTER)

  async function query(signal: AbortSignal): Promise<PaymentState> {
    try {
      const answer = await fetchPaymentStatus(outTradeNo(), signal)
      orderNumber.value = answer.out_trade_no
      order.value = answer.order
      message.value = answer.msg
      problem.value = ''
      return STATES[answer.order_status]
    } catch (error) {
      if (!(error instanceof ApiError)) return 'waiting'
      problem.value = error.msg
      return [400, 404].includes(error.status) ? 'unknown' : 'waiting'
    }
  }

  const { start, stop } = usePolling(async (signal, waited) => {
    const found = await query(signal)
    if (signal.aborted || (found === 'waiting' && waited < POLLING_TIME)) return false
    state.value = found === 'waiting' ? 'late' : found
    return true
  }, PAUSES)

  function refresh() {
    stop()
    orderNumber.value = outTradeNo()
    state.value = outTradeNo() ? 'waiting' : 'unknown'
    if (outTradeNo()) start(true)
  }

  watch(outTradeNo, refresh, { immediate: true })

  return { state, orderNumber, order, message, problem, isTakingLong, refresh }
}
