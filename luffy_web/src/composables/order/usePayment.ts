import { ref, type Ref } from 'vue'

import type { ApiError } from '@/api/errors'
import type { NewOrder } from '@/api/order'
import { device } from '@/composables/base/device'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useNotice } from '@/composables/base/useNotice'
import type { PayType } from '@/types'

import { useCashier } from './useCashier'
import { isRefusal, usePlaceOrder } from './usePlaceOrder'

export interface PayOrder {
  busy: Action['busy']
  buy: Action['run']
  /** The last attempt was refused because the price has changed. */
  priceChanged: Ref<boolean>
}

/**
 * Orders what the page shows at its total, and opens the cashier of the chosen method.
 * When the server computes another total it orders nothing; the page then shows the new prices and the visitor decides.
 */
export function usePayment(
  wanted: () => Omit<NewOrder, 'pay_type' | 'device'>,
  reload: () => Promise<unknown>,
  method: () => PayType,
): PayOrder {
  const { open } = useCashier()
  const place = usePlaceOrder()
  const priceChanged = ref(false)

  async function order() {
    const payment = await place({ ...wanted(), pay_type: method(), device: device() })
    if (await open(payment)) await reload()
  }

  async function refused(error: ApiError) {
    priceChanged.value = error.about('total_amount') !== undefined
    if (!priceChanged.value) useNotice().refuse(error)
    if (isRefusal(error)) await reload()
  }

  const { busy, run } = useAction(
    async () => {
      priceChanged.value = false
      await withLogin(order, 'join')
    },
    (error) => void refused(error),
  )

  return { busy, buy: run, priceChanged }
}
