import { ApiError } from '@/api/errors'
import { placeOrder, type NewOrder } from '@/api/order'
import { newKey } from '@/composables/base/requestKey'
import type { Payment } from '@/types'

/** A refusal, as opposed to silence or a fault of the server, after which an order may exist. */
export const isRefusal = ({ status }: ApiError): boolean => status >= 400 && status < 500

/**
 * Places orders. The Idempotency-Key is kept until the server has answered, so that sending the same
 * order again creates no second one.
 */
export function usePlaceOrder(): (order: NewOrder) => Promise<Payment> {
  let key = newKey()
  let sent = ''

  return async (order) => {
    const body = JSON.stringify(order)
    if (body !== sent) key = newKey()
    sent = body
    try {
      const payment = await placeOrder(order, key)
      sent = ''
      return payment
    } catch (error) {
      if (error instanceof ApiError && isRefusal(error)) sent = ''
      throw error
    }
  }
}
