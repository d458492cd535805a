import { useTimeout } from '@vueuse/core'
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

import { ApiError } from '@/api/errors'
import { fetchPaymentStatus } from '@/api/order'
import { OrderStatus, type Order } from '@/types'

/** Milliseconds. */
const FIRST_DELAY = 1000
const MAX_DELAY = 12_000
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

const longer = (delay: number) => Math.min(delay * 1.5, MAX_DELAY)

/**
 * Polls the server until the payment has arrived, because the cashier's return address proves nothing.
 * The delay grows by half each time; after two minutes the state is `late` and the visitor may refresh.
 */
export function usePaymentStatus(outTradeNo: () => string): PaymentStatusPolling {
  const state = ref<PaymentState>('waiting')
  const order = shallowRef<Order | null>(null)
  const orderNumber = ref(outTradeNo())
  const message = ref('')
  const isTakingLong = useTimeout(OFFER_AFTER)
  let current = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function query(signal: AbortSignal): Promise<PaymentState> {
    try {
      const answer = await fetchPaymentStatus(outTradeNo(), signal)
      orderNumber.value = answer.out_trade_no
      order.value = answer.order
      message.value = answer.msg
      return STATES[answer.order_status]
    } catch (error) {
      const isUnknown = error instanceof ApiError && [400, 404].includes(error.status)
      return isUnknown ? 'unknown' : 'waiting'
    }
  }

  async function poll(signal: AbortSignal, delay: number, waited: number): Promise<void> {
    const found = await query(signal)
    if (signal.aborted) return
    if (found === 'waiting' && waited < POLLING_TIME) {
      timer = setTimeout(() => void poll(signal, longer(delay), waited + delay), delay)
      return
    }
    state.value = found === 'waiting' ? 'late' : found
  }

  function stop() {
    clearTimeout(timer)
    current.abort()
  }

  function refresh() {
    stop()
    current = new AbortController()
    orderNumber.value = outTradeNo()
    state.value = outTradeNo() ? 'waiting' : 'unknown'
    if (outTradeNo()) void poll(current.signal, FIRST_DELAY, 0)
  }

  watch(outTradeNo, refresh, { immediate: true })
  onScopeDispose(stop)

  return { state, orderNumber, order, message, isTakingLong, refresh }
}
