import { onScopeDispose, ref, shallowRef, watch } from 'vue'

import { ApiError } from '@/api/errors'
import { fetchPaymentStatus } from '@/api/order'
import { OrderStatus, type Order } from '@/types'

const FIRST_PAUSE = 1000
const LONGEST_PAUSE = 12_000
const PATIENCE = 120_000

export type PaymentState = 'waiting' | 'paid' | 'refunded' | 'closed' | 'late' | 'unknown'

const UNPAID_STATES: Partial<Record<OrderStatus, PaymentState>> = {
  [OrderStatus.Unpaid]: 'waiting',
  [OrderStatus.Refunded]: 'refunded',
}

/** Each pause is half as long again as the one before it. */
const longer = (pause: number) => Math.min(pause * 1.5, LONGEST_PAUSE)

/**
 * Asks the server until it has the money; the address the cashier sent us to proves nothing.
 * After two minutes it stops asking by itself and leaves it to the visitor.
 */
export function usePaymentStatus(outTradeNo: () => string) {
  const state = ref<PaymentState>('waiting')
  const order = shallowRef<Order | null>(null)
  let current = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function ask(signal: AbortSignal): Promise<PaymentState> {
    try {
      const answer = await fetchPaymentStatus(outTradeNo(), signal)
      order.value = answer.order
      if (answer.paid) return 'paid'
      return UNPAID_STATES[answer.order_status] ?? 'closed'
    } catch (fault) {
      const hopeless = fault instanceof ApiError && [400, 404].includes(fault.status)
      return hopeless ? 'unknown' : 'waiting'
    }
  }

  async function poll(signal: AbortSignal, pause: number, waited: number): Promise<void> {
    const found = await ask(signal)
    if (signal.aborted) return
    if (found === 'waiting' && waited < PATIENCE) {
      timer = setTimeout(() => void poll(signal, longer(pause), waited + pause), pause)
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
    state.value = outTradeNo() ? 'waiting' : 'unknown'
    if (outTradeNo()) void poll(current.signal, FIRST_PAUSE, 0)
  }

  watch(outTradeNo, refresh, { immediate: true })
  onScopeDispose(stop)

  return { state, order, refresh }
}
