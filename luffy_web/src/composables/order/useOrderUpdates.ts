import { computed, watch } from 'vue'

import { fetchPaymentStatus } from '@/api/order'
import { usePolling } from '@/composables/base/usePolling'
import { openRefund, OrderStatus, type Order } from '@/types'

import { useCashierDialog } from './useCashierDialog'

/** Milliseconds. Somebody decides about a refund, which may take days. */
const PAUSES = { first: 3000, longest: 60_000 }

/** Somebody else may move it: the payment provider, another tab, or staff. */
const mayMove = (order: Order) => order.order_status === OrderStatus.Unpaid || Boolean(openRefund(order))

const stateOf = ({ out_trade_no, order_status, payment_refusal, refunds }: Order) =>
  JSON.stringify([out_trade_no, order_status, payment_refusal, refunds.map(({ id, state, amount }) => [id, state, amount])])

/**
 * Looks whether an order that waits for its payment, or for a refund, has moved meanwhile; `moved` loads it
 * again. A QR code over the page has its own polling.
 */
export function useOrderUpdates(order: () => Order | null, moved: () => Promise<void>): void {
  const { dialog } = useCashierDialog()
  const awaited = computed(() => {
    const shown = order()
    return shown && !dialog.value && mayMove(shown) ? stateOf(shown) : null
  })

  const { start, stop } = usePolling(async (signal) => {
    const answer = await fetchPaymentStatus(order()?.out_trade_no ?? '', signal).catch(() => null)
    const isNew = answer?.order && stateOf(answer.order) !== awaited.value
    if (isNew && !signal.aborted) await moved()
    return false
  }, PAUSES)

  watch(awaited, (state) => (state ? start() : stop()), { immediate: true })
}
